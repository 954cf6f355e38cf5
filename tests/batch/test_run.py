"""A plan's targets: one that fails takes no other along and leaves the last good brief."""

import nbformat
import pytest

from analysis.batch import run
from analysis.batch.execute import NotebookError
from analysis.batch.plan import RESULT_NOTEBOOKS, Target, plan_briefs
from analysis.batch.run import LEFTOVER, build_results, make_brief, make_briefs

from .small_notebooks import BLOCK, FAILING, notebook, put

GOOD = Target("GOO", "Good", "good", {"country": "Poland"})
BAD = Target("BAD", "Bad", "bad", {"country": "Poland"})


@pytest.fixture
def reports(project):
    folder = project / "reports"
    folder.mkdir()
    return folder


def files(folder):
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*.*"))


def made_of(title):
    """Return a stand-in for `execute` that makes a one-line brief without a kernel."""

    def execute(_path, output, _parameters):
        made = notebook()
        made.cells.append(nbformat.v4.new_markdown_cell(f"# {title}"))
        nbformat.write(made, output)
        return made

    return execute


def failing(_path, output, _parameters):
    nbformat.write(notebook(FAILING), output)
    raise NotebookError("cell 2: ValueError: no such thing")


@pytest.mark.usefixtures("project")
def test_all_files_of_a_brief_are_put_in_place_together(reports, monkeypatch):
    put(reports.parent, "good")
    monkeypatch.setattr(run, "execute", made_of("First"))
    outcome = make_brief(GOOD, reports)
    assert (outcome.name, outcome.title, outcome.error) == ("GOO", "Good", "")
    assert files(reports) == ["GOO/GOO.html", "GOO/GOO.ipynb", "GOO/GOO.pdf"]
    assert "First" in (reports / "GOO" / "GOO.html").read_text()
    assert (reports / "GOO" / "GOO.pdf").read_bytes().startswith(b"%PDF-")


def test_only_the_formats_asked_for_are_made(reports, monkeypatch):
    put(reports.parent, "good")
    monkeypatch.setattr(run, "execute", made_of("First"))
    make_brief(Target("GOO", "Good", "good", {}, ("html",)), reports)
    assert files(reports) == ["GOO/GOO.html", "GOO/GOO.ipynb"]


def test_a_failure_leaves_the_last_good_brief_and_keeps_the_failed_notebook(reports, monkeypatch):
    put(reports.parent, "good")
    monkeypatch.setattr(run, "execute", made_of("First"))
    make_brief(GOOD, reports)
    before = {name: (reports / name).read_bytes() for name in files(reports)}
    monkeypatch.setattr(run, "execute", failing)
    outcome = make_brief(GOOD, reports)
    assert outcome.error == "cell 2: ValueError: no such thing"
    assert files(reports) == [*sorted([*before, "GOO/GOO.failed.ipynb"])]
    assert {name: (reports / name).read_bytes() for name in before} == before
    monkeypatch.setattr(run, "execute", made_of("Second"))
    make_brief(GOOD, reports)
    assert files(reports) == sorted(before), "the failed notebook goes once the brief is made"
    assert "Second" in (reports / "GOO" / "GOO.html").read_text()


def test_an_export_that_fails_changes_nothing_either(reports, monkeypatch):
    put(reports.parent, "good")
    monkeypatch.setattr(run, "execute", made_of("First"))
    make_brief(GOOD, reports)
    before = {name: (reports / name).read_bytes() for name in files(reports)}

    def full_disk(_contents):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(run, "execute", made_of("Second"))
    monkeypatch.setattr("analysis.export.files.pdf_document", full_disk)
    outcome = make_brief(GOOD, reports)
    assert outcome.error == "[Errno 28] No space left on device"
    assert {name: (reports / name).read_bytes() for name in before} == before


def test_a_message_of_several_lines_and_an_empty_one_become_one_line(reports, monkeypatch):
    put(reports.parent, "good")
    for error, told in ((RuntimeError("one\ntwo"), "one"), (MemoryError(), "MemoryError")):

        def fail(*_, error=error):
            raise error

        monkeypatch.setattr(run, "execute", fail)
        assert make_brief(GOOD, reports).error == told
        assert files(reports) == []


def test_one_that_fails_leaves_the_others_and_the_rest_of_a_killed_run_goes(reports):
    project = reports.parent
    put(project, "good", BLOCK)
    put(project, "bad", FAILING)
    (reports / f"{LEFTOVER}killed").mkdir()
    (reports / f"{LEFTOVER}killed" / "half.pdf").write_bytes(b"%PDF")
    reported = []
    missing = Target("MIS", "Missing", "missing", {})
    outcomes = make_briefs([BAD, GOOD, missing], 1, reported.append)
    assert [(outcome.name, bool(outcome.error)) for outcome in outcomes] == [
        ("BAD", True),
        ("GOO", False),
        ("MIS", True),
    ], "in the order of the plan"
    assert outcomes[0].error == "cell 3: ValueError: no such thing", "after the parameters'"
    assert outcomes[2].error.startswith("no notebook ")
    assert sorted(outcome.name for outcome in reported) == ["BAD", "GOO", "MIS"]
    assert files(reports) == [
        "BAD/BAD.failed.ipynb",
        "GOO/GOO.html",
        "GOO/GOO.ipynb",
        "GOO/GOO.pdf",
    ]


def test_two_builds_of_a_country_brief_give_the_same_bytes(project):
    [target] = plan_briefs(["Kosovo"])
    builds = []
    for folder in (project / "one", project / "two"):
        folder.mkdir()
        assert make_brief(target, folder).error == ""
        builds.append({name: (folder / name).read_bytes() for name in files(folder)})
    assert list(builds[0]) == ["XKX/XKX.html", "XKX/XKX.ipynb", "XKX/XKX.pdf"]
    assert builds[0] == builds[1]
    for content in builds[0].values():
        assert str(project).encode() not in content


def build_with_a_failure(monkeypatch, failing):
    """Build the results with one notebook that fails; return what ran, outcomes and reports."""
    ran = []

    def execute(path, _output, parameters):
        ran.append((path.stem, parameters))
        if path.stem == failing:
            raise NotebookError("cell 3: ContractError: panel.rating")

    monkeypatch.setattr(run, "execute", execute)
    reported = []
    return ran, build_results(reported.append), reported


def test_nothing_is_built_on_a_first_notebook_that_fails(project, monkeypatch):
    first = RESULT_NOTEBOOKS[0]
    ran, outcomes, reported = build_with_a_failure(monkeypatch, first)
    assert ran == [(first, {})]
    assert [outcome.error for outcome in outcomes] == ["cell 3: ContractError: panel.rating"]
    assert reported == outcomes
    assert not (project / "reports").exists()


def test_one_of_the_later_notebooks_does_not_stop_the_other(project, monkeypatch):
    ran, outcomes, reported = build_with_a_failure(monkeypatch, RESULT_NOTEBOOKS[1])
    assert ran[0] == (RESULT_NOTEBOOKS[0], {})
    assert sorted(ran) == [(name, {}) for name in RESULT_NOTEBOOKS]
    assert [outcome.name for outcome in outcomes] == list(RESULT_NOTEBOOKS)
    assert [bool(outcome.error) for outcome in outcomes] == [False, True, False]
    assert sorted(reported, key=lambda outcome: outcome.name) == outcomes
    assert not (project / "reports").exists()
