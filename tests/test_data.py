"""The public door: what notebooks get, against the stored tables, and its examples."""

import ast
import doctest
from fractions import Fraction
from importlib import import_module
from pathlib import Path
from types import FunctionType, ModuleType

import nbformat
import pandas as pd
import pytest

from analysis import data
from analysis.facts.errors import ParameterError
from analysis.facts.rating_system import CATEGORIES, rounded
from analysis.tables.stored import read_processed

NOTEBOOKS = Path(__file__).parents[1] / "notebooks"
COMPUTING = tuple(
    f"analysis.{room}."
    for room in ("correlations", "reconciliation", "statistics", "tables", "trajectories")
)
SOURCES = Path(data.__file__).parent
EXAMPLES = [
    ".".join(path.relative_to(SOURCES.parent).with_suffix("").parts)
    for path in sorted(SOURCES.rglob("*.py"))
    if ">>> " in path.read_text(encoding="utf-8")
]


@pytest.mark.parametrize("module", EXAMPLES)
def test_examples_run(module):
    found = doctest.testmod(import_module(module))
    assert found.attempted and not found.failed


def _called(notebook):
    """Yield the functions of the package that a notebook names and that compute something."""
    cells = nbformat.read(NOTEBOOKS / notebook, 4).cells
    tree = ast.parse("\n".join(cell.source for cell in cells if cell.cell_type == "code"))
    imports = [n for n in ast.walk(tree) if isinstance(n, ast.ImportFrom)]
    imports = [n for n in imports if f"{n.module}.".startswith(COMPUTING)]
    imported = {}
    exec(compile(ast.Module(imports, []), notebook, "exec"), imported)
    for name, value in imported.items():
        if isinstance(value, ModuleType):
            uses = [n.attr for n in ast.walk(tree) if isinstance(n, ast.Attribute) and _is(n, name)]
            yield from (getattr(value, use) for use in uses)
        else:
            yield value


def _is(node, name):
    return isinstance(node.value, ast.Name) and node.value.id == name


@pytest.mark.parametrize("notebook", ["1_clean", "2_trajectories", "3_correlations"])
def test_what_a_notebook_computes_with_shows_an_example(notebook):
    named = [one for one in _called(f"{notebook}.ipynb") if isinstance(one, FunctionType)]
    functions = [f for f in named if not f.__name__.startswith("store")]  # these write
    assert functions
    assert [f.__qualname__ for f in functions if ">>> " not in f.__doc__] == []


def test_the_door_opens_the_stored_tables():
    pd.testing.assert_frame_equal(data.panel(), read_processed("panel"))
    cut = data.panel("Balkans", 2010, 2011)
    assert set(cut["edition"]) == {2010, 2011}
    assert cut["country"].nunique() == 7


def test_every_country_and_edition_has_one_row_with_its_ratings():
    table = data.country_editions().set_index(["country", "edition"])
    assert len(table) == 29 * 20
    assert table.index.is_unique
    wide = read_processed("panel").pivot_table(
        index=["country", "edition"], columns="category", values="rating"
    )
    for category in CATEGORIES:
        pd.testing.assert_series_equal(
            table[category].dropna(), wide[category].dropna(), check_names=False
        )
        known = table[category].notna()
        assert (table[f"{category}_status"].notna() == known).all()


def test_scores_are_exact_and_agree_with_what_is_printed():
    table = data.scores().set_index(["country", "edition"])
    assert len(table) == 578, "all but Azerbaijan 2021 and 2023"
    assert table["score_status"].value_counts().to_dict() == {
        "computed": 547,
        "printed": 28,
        "derived": 3,
    }
    whole = table["democracy_score"] * 28
    assert ((whole - whole.round()).abs() < 1e-4).all()
    printed = read_processed("printed_scores").query("agreement != 'differs'")
    printed = printed.set_index(["country", "edition"])["score"]
    exact = table["democracy_score"].reindex(printed.index)
    assert ((exact - printed).abs() < 0.0051).all()
    percentage = (table["democracy_score"] - 1) / 6 * 100
    assert (percentage - table["democracy_percentage"]).abs().max() < 1e-4


def test_a_score_that_is_derived_is_the_only_one_possible():
    """Latvia printed no score in 2023 and no change against the 5.79 of 2024: 162/28."""
    score = data.scores().set_index(["country", "edition"]).loc[("Latvia", 2023)]
    assert score["score_status"] == "derived"
    assert str(rounded(Fraction(round(score["democracy_score"] * 28), 28))) == "5.79"


def test_countries_have_codes_regions_and_groups():
    table = data.countries().set_index("country")
    assert len(table) == 29
    assert table.loc["Kosovo", ["iso3", "cow"]].tolist() == ["XKX", 347]
    assert table["EU members"].notna().sum() == 11


def test_what_is_tried_is_stored_beside_the_release(project):
    table = pd.DataFrame({"country": ["Poland"], "slope": [0.5]})
    path = data.store(table, "tried", "Balkans")
    assert path == project / "data" / "processed" / "variants" / "tried_balkans_2005_2024.csv"
    assert path.read_text() == "country,slope\nPoland,0.5\n"
    with pytest.raises(ParameterError, match="unknown group 'Balkan'; did you mean Balkans"):
        data.panel("Balkan")
