"""All notebooks run with plain papermill, explain their parameters and refuse bad ones."""

import hashlib
import re
import subprocess
import sys

import nbformat
import papermill
import pytest
from papermill.exceptions import PapermillExecutionError

from analysis.batch.execute import execute, without_volatile
from analysis.batch.plan import RESULT_NOTEBOOKS
from analysis.briefs.blocks import MIME
from analysis.export.html import HTMLBriefExporter
from analysis.export.pdf import PDFBriefExporter
from analysis.facts.errors import ParameterError
from wording_rules import assert_sound

BRIEFS = ("4_country_brief", "5_regional_brief", "6_comparison_brief")
ALL = ("0_tour", *RESULT_NOTEBOOKS, *BRIEFS)
PARAMETERS = {
    "0_tour": {
        "country": "str",
        "group": "str",
        "first_edition": "int",
        "last_edition": "int",
        "edition": "int",
        "category": "str",
        "menus": "bool",
    },
    "1_clean": {},
    "2_trajectories": {
        "group": "str",
        "first_edition": "int",
        "last_edition": "int",
        "without": "str",
        "estimator": "str",
        "formula": "str",
        "covariates": "str",
        "seed": "int",
        "draws": "int",
    },
    "3_correlations": {
        "group": "str",
        "first_edition": "int",
        "last_edition": "int",
        "without": "str",
        "kind": "str",
        "level": "str",
        "family": "str",
        "seed": "int",
        "draws": "int",
    },
    "4_country_brief": {"country": "str", "first_edition": "int", "last_edition": "int"},
    "5_regional_brief": {"group": "str", "first_edition": "int", "last_edition": "int"},
    "6_comparison_brief": {"countries": "str", "first_edition": "int", "last_edition": "int"},
}


def run(project, name, **parameters):
    """Execute a notebook with papermill's own engine and return where the result is."""
    output = project / f"{name}.out.ipynb"
    papermill.execute_notebook(
        str(project / "notebooks" / f"{name}.ipynb"),
        str(output),
        parameters=parameters,
        progress_bar=False,
        kernel_name="python3",
    )
    return output


def assert_warm_is_equal(project, name, output, **parameters):
    """Run a notebook by the warm engine as well: every cell, output and count is the same."""
    warm = execute(
        project / "notebooks" / f"{name}.ipynb", project / "warm.ipynb", parameters, engine="warm"
    )
    stock = without_volatile(nbformat.read(output, 4))
    for number, (one, other) in enumerate(zip(stock.cells, warm.cells, strict=True)):
        assert one == other, f"cell {number}"
    assert stock.metadata == warm.metadata


def digests(project):
    folder = project / "data" / "processed"
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*.*"))
    }


def shown_in(output):
    """Return the contents of the blocks that an executed notebook shows."""
    outputs = [o for cell in nbformat.read(output, 4).cells for o in cell.get("outputs", ())]
    return [output.data[MIME] for output in outputs if MIME in output.get("data", ())]


def test_there_are_the_six_notebooks(project):
    assert sorted(path.stem for path in (project / "notebooks").glob("*.ipynb")) == sorted(ALL)


@pytest.mark.parametrize("name", ALL)
def test_a_notebook_is_stored_without_outputs_and_begins_with_words(project, name):
    notebook = nbformat.read(project / "notebooks" / f"{name}.ipynb", 4)
    nbformat.validate(notebook)
    assert notebook.cells[0].cell_type == "markdown"
    assert notebook.cells[0].source.startswith("# ")
    for cell in notebook.cells:
        if cell.cell_type == "code":
            assert cell.outputs == []
            assert cell.execution_count is None
            assert len(cell.source.splitlines()) <= 25, "what is longer belongs into the package"
            assert not re.search(r"\bimport _|\b_\w+\(|\.\b_\w", cell.source), "private names"
            assert not re.search(r" as [a-z]$", cell.source, re.MULTILINE), "one letter says little"
    assert notebook.metadata.kernelspec.name == "python3"


COMPUTES = re.compile(
    r"\b(pd|sns|smf)\.|\bFactor\(|\.(agg|assign|corr|corrwith|describe|diff|dropna|fillna|groupby|isin"
    r"|melt|merge|nlargest|pivot|query|reindex|rename|reset_index|sort_values|value_counts)\("
)
"""Calls of pandas, seaborn and statsmodels, and what a data frame is asked for."""


@pytest.mark.parametrize("name", ["2_trajectories", "3_correlations"])
def test_three_quarters_of_the_cells_show_a_frame_a_model_or_a_plot(project, name):
    cells = nbformat.read(project / "notebooks" / f"{name}.ipynb", 4).cells
    seen = [bool(COMPUTES.search(c.source)) for c in cells if c.cell_type == "code"]
    assert sum(seen) >= 3 / 4 * len(seen), f"{sum(seen)} of {len(seen)}"


@pytest.mark.parametrize("name", ALL)
def test_papermill_explains_every_parameter(project, name):
    found = papermill.inspect_notebook(str(project / "notebooks" / f"{name}.ipynb"))
    assert {key: value["inferred_type_name"] for key, value in found.items()} == PARAMETERS[name]
    for value in found.values():
        assert len(value["help"]) > 15, value


@pytest.mark.slow
def test_the_notebooks_of_results_make_the_committed_files(project):
    before = digests(project)
    for path in (project / "data" / "processed").iterdir():
        # A validation takes minutes and is kept as it was.
        if not path.stem.startswith("validation_"):
            path.unlink()
    outputs = {name: run(project, name) for name in RESULT_NOTEBOOKS}
    assert digests(project) == before
    for name, output in outputs.items():
        assert_warm_is_equal(project, name, output)
        if name != "1_clean":
            assert_sound(shown_in(output))
    assert digests(project) == before


@pytest.mark.slow
def test_a_country_brief_is_rendered_by_nbconvert(project):
    before = digests(project)
    parameters = {"country": "Macedonia", "first_edition": 2010}
    output = run(project, "4_country_brief", **parameters)
    assert digests(project) == before
    assert_warm_is_equal(project, "4_country_brief", output, **parameters)
    for form in ("html", "pdf"):
        subprocess.run(
            [sys.executable, "-m", "nbconvert", "--to", f"nit-brief-{form}", str(output)],
            check=True,
            capture_output=True,
        )
    page = output.with_suffix(".html").read_text(encoding="utf-8")
    assert "<h1>North Macedonia</h1>" in page
    assert page.count('class="nit-wide" role="img"') == 4
    assert page.count('class="nit-narrow" role="img"') == 4
    assert "<script" not in page
    assert output.with_suffix(".pdf").read_bytes().startswith(b"%PDF-")


@pytest.mark.slow
def test_a_regional_brief_is_rendered(project):
    before = digests(project)
    parameters = {"group": "Balkans", "last_edition": 2018}
    output = run(project, "5_regional_brief", **parameters)
    assert digests(project) == before
    assert_warm_is_equal(project, "5_regional_brief", output, **parameters)
    page, _ = HTMLBriefExporter().from_filename(str(output))
    assert "<h1>Balkans</h1>" in page
    figures = [content for content in shown_in(output) if content["kind"] == "figure"]
    assert page.count('class="nit-wide" role="img"') == len(figures) == 5
    document, _ = PDFBriefExporter().from_filename(str(output))
    assert document.startswith(b"%PDF-")


@pytest.mark.slow
def test_a_comparison_brief_is_rendered(project):
    before = digests(project)
    output = run(project, "6_comparison_brief", countries="Kosovo, Bosnia", last_edition=2018)
    assert digests(project) == before
    page, _ = HTMLBriefExporter().from_filename(str(output))
    assert re.search("<h1[^>]*>Kosovo, and Bosnia and Herzegovina</h1>", page)
    document, _ = PDFBriefExporter().from_filename(str(output))
    assert document.startswith(b"%PDF-")


UNKNOWN_COUNTRY = (
    "4_country_brief",
    {"country": "Kazakstn"},
    "unknown country 'Kazakstn'; did you mean ",
)
TURNED_ROUND = (
    "5_regional_brief",
    {"first_edition": 2015, "last_edition": 2010},
    "first_edition 2015 is later than last_edition 2010",
)
BAD_PARAMETERS = [
    UNKNOWN_COUNTRY,
    TURNED_ROUND,
    ("4_country_brief", {"country": 7}, "country: expected a name or an ISO code, found 7"),
    ("4_country_brief", {"first_edition": "2010"}, "first_edition: expected an edition such as"),
    ("2_trajectories", {"last_edition": 2030}, "last_edition: no data for edition 2030"),
    ("2_trajectories", {"without": "Hungry"}, "unknown country 'Hungry'; did you mean "),
    ("2_trajectories", {"formula": None}, "formula: expected a text, found None"),
    ("2_trajectories", {"covariates": ["region"]}, "covariates: expected a text, found ['region']"),
    ("2_trajectories", {"estimator": "median"}, "estimator: expected OLS, Theil-Sen, net change"),
    ("2_trajectories", {"group": None}, "group: expected a name such as Balkans, found None"),
    ("3_correlations", {"group": "Baltics"}, "unknown group 'Baltics'; did you mean "),
    ("2_trajectories", {"draws": 50}, "draws: expected a whole number, at least 99, found 50"),
    ("3_correlations", {"seed": -1}, "seed: expected a whole number, at least 0, found -1"),
    (
        "3_correlations",
        {"kind": "spearman"},
        "kind: expected Pearson or Spearman, found 'spearman'",
    ),
    ("3_correlations", {"level": "twoway"}, "level: expected one of two_way, within, changes"),
    ("3_correlations", {"without": "Hungry"}, "unknown country 'Hungry'; did you mean "),
    ("3_correlations", {"without": ["Hungary"]}, "without: expected a text, found ['Hungary']"),
    (
        "5_regional_brief",
        {"group": "Baltics"},
        "unknown group 'Baltics'; did you mean ",
    ),
]


@pytest.mark.parametrize(("name", "parameters", "message"), BAD_PARAMETERS)
def test_a_bad_parameter_is_refused_before_anything_is_written(project, name, parameters, message):
    before = digests(project)
    notebook = nbformat.read(project / "notebooks" / f"{name}.ipynb", 4)
    first, *rest = [cell.source for cell in notebook.cells if cell.cell_type == "code"]
    variables = {}
    exec(first, variables)
    variables |= parameters
    with pytest.raises(ParameterError) as refusal:
        for source in rest:
            exec(source, variables)
    assert str(refusal.value).startswith(message)
    assert "\n" not in str(refusal.value)
    assert digests(project) == before


@pytest.mark.parametrize(("name", "parameters", "message"), [UNKNOWN_COUNTRY, TURNED_ROUND])
def test_the_executed_notebook_shows_one_line(project, name, parameters, message):
    with pytest.raises(PapermillExecutionError):
        run(project, name, **parameters)
    executed = nbformat.read(project / f"{name}.out.ipynb", 4)
    [error] = [
        output
        for cell in executed.cells
        for output in cell.get("outputs", ())
        if output.output_type == "error"
    ]
    assert (error.ename, error.evalue[: len(message)]) == ("ParameterError", message)
    assert error.traceback == [f"ParameterError: {error.evalue}"]
    assert "\n" not in error.evalue
