"""The command: exit statuses, one-line errors on stderr, nothing made for unusable arguments."""

import json
import subprocess
import sys

import pytest

from analysis import cli
from analysis.batch.run import Outcome


def outcome(target, error=""):
    return Outcome(target.name, target.title, error, 0.1)


@pytest.fixture
def no_kernels(monkeypatch):
    """Let every notebook succeed without running it; a test may name some that fail."""
    failing = {}

    def build_results(report):
        made = Outcome("1_clean", "1_clean", failing.get("1_clean", ""), 0.1)
        report(made)
        return [made]

    def make_briefs(targets, _jobs, report):
        from analysis.files import project_root

        made = [outcome(target, failing.get(target.name, "")) for target in targets]
        for target, one in zip(targets, made, strict=True):
            folder = project_root() / "reports" / target.name
            folder.mkdir(parents=True, exist_ok=True)
            for ending in ("ipynb", *target.formats):
                (folder / f"{target.name}.{ending}").write_text("x")
            report(one)
        return made

    monkeypatch.setattr("analysis.batch.run.build_results", build_results)
    monkeypatch.setattr("analysis.batch.run.make_briefs", make_briefs)
    return failing


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["briefs", "--country", "Polnd"], "unknown country 'Polnd'; did you mean Poland?"),
        (["briefs", "--first-edition", "2015", "--last-edition", "2010"], "later than"),
        (["briefs", "--first-edition", "1990"], "no data for edition 1990"),
        (["briefs", "--format", "docx"], "unknown format 'docx'"),
        (["explain", "Polnd", "2018", "CS"], "unknown country 'Polnd'"),
    ],
)
def test_unusable_arguments_are_one_line_and_status_2(project, capsys, arguments, words):
    assert cli.run(arguments) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("nit: ")
    assert err.count("\n") == 1
    assert words in err
    assert not (project / "reports").exists()


@pytest.mark.parametrize(
    "arguments", [["brief"], ["briefs", "--jobs", "0"], ["briefs", "--first-edition", "x"], ["--x"]]
)
def test_what_the_command_line_does_not_know_is_status_2(capsys, arguments):
    assert cli.run(arguments) == 2
    assert "Traceback" not in capsys.readouterr().err


def test_help_names_every_command_and_option(capsys):
    assert cli.run(["--help"]) == 0
    shown = capsys.readouterr().out
    for command in ("clean", "briefs", "status", "explain", "read", "add"):
        assert command in shown
    assert cli.run(["briefs", "--help"]) == 0
    shown = capsys.readouterr().out
    for option in ("--country", "--first-edition", "--last-edition", "--format", "--jobs"):
        assert option in shown


@pytest.mark.usefixtures("no_kernels")
def test_briefs_are_made_listed_and_recorded(project, capsys):
    arguments = ["briefs", "--country", "KAZ", "--country", "Poland", "--format", "html"]
    assert cli.run(arguments) == 0
    out, err = capsys.readouterr()
    assert err == ""
    assert "[1/2] Kazakhstan: made in 0.1 s" in out
    assert "2 made, 0 failed" in out
    manifest = json.loads((project / "reports" / "manifest.json").read_text())
    assert sorted(manifest["briefs"]) == ["KAZ", "POL"]
    page = (project / "reports" / "index.html").read_text()
    assert "KAZ/KAZ.html" in page
    assert "KAZ/KAZ.pdf" not in page


def test_one_that_fails_is_status_1_and_named_on_stderr(project, capsys, no_kernels):
    no_kernels["POL"] = "cell 3: ValueError: x"
    assert cli.run(["briefs", "--country", "KAZ", "--country", "POL"]) == 1
    out, err = capsys.readouterr()
    assert "1 made, 1 failed" in out
    assert err == "  Poland: cell 3: ValueError: x\n"
    assert (project / "reports" / "index.html").is_file()


def test_results_that_fail_end_the_run_with_status_1(project, capsys, no_kernels):
    no_kernels["1_clean"] = "cell 2: SourceError: x"
    for arguments in (["clean"], ["briefs", "--country", "KAZ"]):
        assert cli.run(arguments) == 1
        assert "1_clean: failed: cell 2: SourceError: x" in capsys.readouterr().out
    assert not (project / "reports").exists()


@pytest.mark.usefixtures("project")
def test_status_has_a_row_for_every_country(capsys):
    assert cli.run(["status"]) == 0
    rows = capsys.readouterr().out.splitlines()
    assert len(rows) == 30
    [kazakhstan] = [row for row in rows if row.startswith("Kazakhstan")]
    assert "2005-20" in kazakhstan
    assert kazakhstan.rstrip().endswith("not made")


def test_status_before_anything_is_built_says_what_to_run(project, capsys):
    (project / "data" / "processed" / "scores.csv").unlink()
    assert cli.run(["status"]) == 2
    assert "run `nit clean` first" in capsys.readouterr().err


def test_a_bad_figure_fails_the_cleaning_with_its_file_and_line(project):
    pages = project / "data" / "raw" / "printed_pages.csv"
    pages.write_text(pages.read_text(encoding="utf-8").replace(",4.25,", ",4.26,", 1), "utf-8")
    ran = subprocess.run(
        [sys.executable, "-c", "from analysis.cli import main; main()", "clean"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 1
    [line] = ran.stdout.splitlines()
    assert line.startswith("[1/3] 1_clean: failed: cell ")
    assert "printed_pages.csv: line 2: " in line
    assert "4.26" in line
    assert "Traceback" not in ran.stderr
