"""The modules that a notebook is said to import are those that it does import."""

import ast
import json
import subprocess
import sys
from pathlib import Path

import pytest

from analysis.batch.reasons import EXPORT
from analysis.facts.files import PACKAGE, Code, combined
from analysis.settings.notebooks import code_of, read_notebook


@pytest.mark.parametrize(
    "text",
    ["import os; from analysis.a import b", "from analysis import a; a.b", "import analysis.a; 1"],
)
def test_imports_may_share_their_line(tmp_path, text):
    for name in ("__init__.py", "a.py"):
        (tmp_path / name).write_text("")
    assert "a.py" in Code(tmp_path).files(text)


@pytest.mark.usefixtures("project")
@pytest.mark.parametrize(
    "name", ["1_clean", "2_trajectories", "4_country_brief", "5_regional_brief"]
)
def test_nothing_that_is_imported_is_overlooked(name):
    """Run the import statements in a fresh interpreter and look at what is there."""
    code = read_notebook(name).code
    statements = (n for n in ast.parse(code).body if isinstance(n, ast.Import | ast.ImportFrom))
    imports = [ast.unparse(statement) for statement in statements]
    program = "\n".join(
        [
            *imports,
            "import json, sys",
            "print(json.dumps([m.__file__ for n, m in sys.modules.items()"
            " if n.split('.')[0] == 'analysis' and m.__file__]))",
        ]
    )
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    loaded = {Path(f).resolve().relative_to(PACKAGE).as_posix() for f in json.loads(ran.stdout)}
    assert loaded <= set(Code().files(code))
    assert len(loaded) > 10


@pytest.mark.usefixtures("project")
@pytest.mark.parametrize("notebook", ["4_country_brief", "5_regional_brief", "6_comparison_brief"])
def test_a_brief_prints_the_hash_of_the_code_that_its_notebook_uses(notebook):
    """A brief is made again when that code changes, so what is printed is never of older code."""
    files = Code().files(read_notebook(notebook).code)
    assert f'closing.provenance("{notebook}", ' in read_notebook(notebook).code
    assert code_of(notebook) == combined(files)[:12]
    assert not [name for name in files if name.startswith(("batch/", "export/", "cli"))]


def test_an_estimator_that_changes_makes_no_page_stale():
    estimators = ("trajectories/", "correlations/", "statistics/", "briefs/region/")
    assert not [name for name in Code().files(EXPORT) if name.startswith(estimators)]


def test_imports_of_every_form_are_followed(tmp_path):
    (tmp_path / "inner" / "templates").mkdir(parents=True)
    for name, text in {
        "__init__.py": "",
        "a.py": "from analysis.inner import (\n    b,  # why\n    c as other,\n)\n",
        "inner/__init__.py": "",
        "inner/b.py": "def f():\n    from analysis import d\n",
        "inner/c.py": "import os, analysis.e as e, analysis.f  # why, analysis.unused\n",
        "d.py": "",
        "e.py": "from analysis.inner import d, \\\n    g\n",
        "f.py": "",
        "inner/g.py": "",
        "unused.py": "",
        "inner/templates/page.html": "x",
    }.items():
        (tmp_path / name).write_text(text)
    found = Code(tmp_path).files("from analysis.a import thing\nimport pandas")
    assert set(found) == {
        "__init__.py", "a.py", "d.py", "e.py", "inner/__init__.py", "inner/b.py", "inner/c.py",
        "f.py", "inner/g.py", "inner/templates/page.html",
    }  # fmt: skip
    before = combined(found)
    (tmp_path / "unused.py").write_text("1")
    for name in ("inner/__pycache__/b.cpython-311.pyc.140213", "inner/templates/.page.html.swp"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("half")
    assert combined(Code(tmp_path).files("import analysis.a")) == before
    (tmp_path / "inner" / "templates" / "page.html").write_text("y")
    assert combined(Code(tmp_path).files("import analysis.a")) != before


def test_the_schema_of_the_tables_counts_where_its_columns_are_asked_for():
    files = Code().files("from analysis.tables.schema import columns")
    assert "tables/schema.yml" in files
    assert "tables/schema.yml" not in Code().files("from analysis.facts import countries")


def test_a_country_brief_rests_on_no_estimator_and_on_no_other_brief():
    """Else an edit of one of them would make all country briefs anew."""
    names = [n for n in Code().files(read_notebook("4_country_brief").code) if n.endswith(".py")]
    others = ("briefs/region/", "briefs/comparison/", "statistics/", "correlations/")
    assert [name for name in names if name.startswith(others)] == []
    assert sum(len((PACKAGE / name).read_text().splitlines()) for name in names) < 5000
