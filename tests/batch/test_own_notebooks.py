"""Any notebook runs as stock papermill runs it, whatever its cells do and however it was saved."""

import json
import re

import nbformat
import nbformat.v4 as nb
import papermill
import pytest
from PIL import Image

from analysis import cli
from analysis.batch.manifest import read_manifest
from analysis.settings.notebooks import read_notebook

from .small_notebooks import batch

DEFAULTS = """\
first: int = 2005
last: int = first + 5
some = list(range(3))
pair = (1, 2)
when: str = "never"
group = "all"
countries = "all"
"""


def texts(path):
    """Return what the cells of an executed notebook printed."""
    cells = nbformat.read(path, 4).cells
    return ["".join(o.get("text", "") for o in cell.get("outputs", ())).strip() for cell in cells]


def write(path, *sources, minor=5, metadata=None, parameters=""):
    """Write a notebook as a program of that version of the format does."""
    cells = [nb.new_code_cell(source) for source in sources]
    if parameters:
        cells.insert(0, nb.new_code_cell(parameters, metadata={"tags": ["parameters"]}))
    content = dict(nb.new_notebook(cells=cells, metadata=metadata or {}))
    content["nbformat_minor"] = minor
    for cell in content["cells"]:
        if minor < 5:
            del cell["id"]
    path.write_text(json.dumps(content))
    return path


def stock(path, folder, **parameters):
    """Return what is printed where papermill runs a notebook in a kernel of its own."""
    out = folder / "stock.ipynb"
    papermill.execute_notebook(
        path,
        out,
        parameters=parameters,
        kernel_name="python3",
        language="python",
        progress_bar=False,
        cwd=path.parent,
    )
    return texts(out)


@pytest.mark.slow
def test_defaults_that_are_no_literals_stay_and_only_what_is_given_is_passed(small, tmp_path):
    shown = "print(first, last, some, pair, type(pair).__name__, when, sep='|')"
    path = write(small / "notebooks" / "free.ipynb", shown, parameters=DEFAULTS)
    listed = batch(small, ("a", "free", "{}"), ("b", "free", "{first: 2010, when: 2020-01-01}"))
    assert cli.run(["run", "--format", "html", str(listed)]) == 0
    made = {name: texts(small / "reports" / name / f"{name}.ipynb")[-1] for name in "ab"}
    assert made == {
        "a": stock(path, tmp_path)[-1],
        "b": stock(path, tmp_path, first=2010, when="2020-01-01")[-1],
    }
    assert made["a"] == "2005|2010|[0, 1, 2]|(1, 2)|tuple|never"


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ("{first: soon}", "first: expected int, found 'soon'"),
        ("{some: {1, 2}}", "cannot be passed to a notebook"),
        ("{when: 2020-01-01 10:00:00}", "cannot be passed to a notebook"),
        ("{some: !!binary aGk=}", "cannot be passed to a notebook"),
        ("{first: .nan}", "cannot be passed to a notebook"),
        ("{some: {2: x}}", "cannot be passed to a notebook"),
        ("{group: 1}", "group: expected a text, found 1"),
        ("{countries: null}", "countries: expected a text, found None"),
        ("{countries: [Poland]}", "countries: expected a text, found ['Poland']"),
        ("{some: null}, title: '{some:02d}'", "unsupported format string passed to NoneType"),
        ("{fist: 3}", "has no parameter 'fist'; did you mean first?"),
    ],
)
def test_what_cannot_be_passed_is_one_line_before_anything_runs(small, capsys, given, words):
    write(small / "notebooks" / "free.ipynb", "1", parameters=DEFAULTS)
    path = batch(small, ("a", "good", "{}"), ("b", "free", given))
    if "title" in given:
        path.write_text(path.read_text().replace("title: B, ", ""))
    for more in ((), ("--dry-run",)):
        assert cli.run(["run", *more, str(path)]) == 2
        err = capsys.readouterr().err
        assert words in err
        assert err.count("\n") == 1
    assert not (small / "reports").exists()


@pytest.mark.slow
def test_papermill_has_warm_kernels_by_either_name(tmp_path):
    """Unseeded draws differ, and every kernel ends in good order."""
    source = "import atexit, numpy as np\natexit.register(lambda: open(END, 'a').write('x'))\n"
    end = tmp_path / "ended"
    path = write(
        tmp_path / "draw.ipynb",
        f"END = {str(end)!r}\n{source}print(*np.random.normal(size=2))",
        "print(type(get_ipython().kernel).__name__)",
    )
    drawn = set()
    for number, chosen in enumerate(
        [{"engine_name": "warm", "kernel_name": "python3"}] * 2 + [{"kernel_name": "nit-warm"}]
    ):
        out = tmp_path / f"{number}.ipynb"
        papermill.execute_notebook(path, out, language="python", progress_bar=False, **chosen)
        printed = texts(out)
        drawn |= {*printed[0].split()}
        assert printed[1] == "IPythonKernel"
    assert len(drawn) == 6
    assert end.read_text() == "xxx"


@pytest.mark.slow
@pytest.mark.parametrize("minor", [0, 2, 4, 5])
def test_a_path_to_any_notebook_of_any_minor_format(small, tmp_path, capsys, minor):
    """It works in its own folder, as in Jupyter, beside its own modules and files."""
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    (folder / "helper.py").write_text("def double(x):\n    return 2 * x\n")
    (folder / "numbers.txt").write_text("21")
    metadata = {"kernelspec": {"name": "ir", "display_name": "R", "language": "R"}} if minor else {}
    path = write(
        folder / "My notes (2).ipynb",
        "from helper import double\nprint(double(int(open('numbers.txt').read())))",
        "import matplotlib.pyplot as plt\nplt.plot([1, 2]);",
        minor=minor,
        metadata=metadata,
    )
    assert cli.run(["run", str(path)]) == 0
    out, err = capsys.readouterr()
    assert "1 made, 0 failed" in out
    told = "nit: My notes (2).ipynb names the kernel 'ir'; it runs in python3\n"
    assert err == (told if minor else "")
    made = small / "reports" / "my-notes-2" / "my-notes-2.ipynb"
    assert texts(made)[0] == "42"
    nbformat.validate(nbformat.read(made, 4))
    # What it reads is not recorded, so that it is never taken for up to date.
    (folder / "numbers.txt").write_text("4")
    assert cli.run(["run", str(path)]) == 0
    assert texts(made)[0] == "8"


@pytest.mark.slow
def test_a_picture_beside_a_notebook_elsewhere_is_on_its_page(small, tmp_path):
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    Image.new("RGB", (2, 2)).save(folder / "dot.png")
    shown = "from IPython.display import Markdown\nMarkdown('![a dot](dot.png)')"
    assert cli.run(["run", str(write(folder / "own.ipynb", shown)), "--format", "html"]) == 0
    page = (small / "reports" / "own" / "own.html").read_text()
    assert re.search(r'<img[^>]* src="data:image/png;base64,', page)


def test_no_tags_and_a_default_that_cannot_be_are_left_to_the_notebook(small):
    path = write(small / "notebooks" / "free.ipynb", "1", parameters="x = {[]: 1}\ny = 2")
    content = json.loads(path.read_text())
    content["metadata"]["tags"] = content["cells"][1]["metadata"]["tags"] = None
    path.write_text(json.dumps(content))
    assert [p.default for p in read_notebook("free").parameters] == [None, 2]


@pytest.mark.usefixtures("small")
def test_a_file_that_is_no_notebook_is_one_line(tmp_path, capsys):
    cell = {"cell_type": "code", "source": "x = " + "-" * 100_000 + "1"}
    cells = [{**cell, "metadata": {"tags": tags}} for tags in (5, ["parameters"])]
    texts = ["no json", "[]", '{"worksheets": []}', "[" * 100_000]
    texts += [json.dumps({"metadata": {}, "nbformat": 4, "cells": [cell]}) for cell in cells]
    texts += [
        json.dumps({"metadata": {}, "nbformat": 5, "cells": []}),
        '{"metadata": {}, "cells": []}',
    ]
    for name, content in zip("abcdefgh", texts, strict=True):
        path = tmp_path / f"{name}.ipynb"
        path.write_text(content)
        assert cli.run(["run", str(path)]) == 2
        err = capsys.readouterr().err
        assert err.startswith(
            f"nit: {path}{': the parameters' if name == 'f' else ' is no notebook'}"
        )
        assert err.endswith(" of nbformat 4.0 to 4.5\n") == (name in "bcegh")
        assert err.count("\n") == 1
    assert cli.run(["run", str(tmp_path / "none.ipynb")]) == 2
    assert capsys.readouterr().err == f"nit: no notebook {tmp_path / 'none.ipynb'}\n"
    assert read_manifest() == {}
