"""The command: exit statuses, one-line errors on stderr, nothing made for unusable arguments."""

import json
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbformat import v4

import analysis
from analysis import cli

WINDOW = "first_edition: int = 2005\nlast_edition: int = 2024"
PARAMETERS = {
    "4_country_brief": f'country: str = "Kosovo"\n{WINDOW}',
    "5_regional_brief": f'group: str = "all"\n{WINDOW}',
}


def put(project, name, *sources):
    """Write a notebook with these code cells, the first of which may hold the parameters."""
    cells = [
        v4.new_code_cell(
            source,
            id=f"c{n}",
            metadata={"tags": ["parameters"]} if name in PARAMETERS and not n else {},
        )
        for n, source in enumerate(sources)
    ]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    made = v4.new_notebook(cells=cells, metadata={"kernelspec": kernel})
    nbformat.write(made, project / "notebooks" / f"{name}.ipynb")


@pytest.fixture
def small(project):
    """Return a project whose notebooks have the names and parameters of ours and do little."""
    for name in ("1_clean", "2_trajectories", "3_correlations"):
        put(project, name, "1")
    for name, parameters in PARAMETERS.items():
        put(project, name, parameters, "print('a text')")
    return project


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["briefs", "--country", "Polnd"], "unknown country 'Polnd'; did you mean Poland?"),
        (["briefs", "--first-edition", "2015", "--last-edition", "2010"], "later than"),
        (["briefs", "--first-edition", "1990"], "no data for edition 1990"),
        (["briefs", "--format", "docx"], "unknown format 'docx'"),
        (["briefs", "--time-limit", "1e10"], "seconds: expected a number above 0, at most 1e9"),
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


def test_the_version_is_told_anywhere(tmp_path):
    def nit(*arguments):
        command = [Path(sys.executable).with_name("nit"), *arguments]
        return subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)

    assert nit("--version").stdout == f"nit {analysis.__version__}\n"
    # In another folder a checkout is found through the package's own place, or as NIT_ROOT.
    assert nit("cite", "Georgia").returncode == 0


def test_help_names_every_command_and_option(capsys):
    assert cli.run(["--help"]) == 0
    shown = capsys.readouterr().out
    for command in ("clean", "briefs", "run", "verify", "status", "explain", "read", "add"):
        assert command in shown
    assert cli.run(["briefs", "--help"]) == 0
    shown = capsys.readouterr().out
    for option in ("--country", "--first-edition", "--last-edition", "--format", "--jobs"):
        assert option in shown


def test_briefs_are_made_listed_and_recorded(small, capsys):
    arguments = ["briefs", "--country", "KAZ", "--country", "Poland", "--format", "html"]
    assert cli.run(arguments) == 0
    out, err = capsys.readouterr()
    assert err == ""
    assert "Kazakhstan: made in " in out
    assert "2 made, 0 failed" in out
    manifest = json.loads((small / "reports" / "manifest.json").read_text())
    assert sorted(manifest["briefs"]) == ["KAZ", "POL"]
    page = (small / "reports" / "index.html").read_text()
    assert "KAZ/KAZ.html" in page
    assert "KAZ/KAZ.pdf" not in page


@pytest.mark.slow
def test_one_that_fails_is_status_1_and_named_on_stderr(small, capsys):
    failing = "if country == 'Poland':\n    raise ValueError('x')\nprint('a text')"
    put(small, "4_country_brief", PARAMETERS["4_country_brief"], failing)
    assert cli.run(["briefs", "--country", "KAZ", "--country", "POL"]) == 1
    out, err = capsys.readouterr()
    assert "1 made, 1 failed" in out
    assert err == "  Poland: cell 3: ValueError: x\n"
    assert (small / "reports" / "index.html").is_file()


@pytest.mark.slow
def test_results_that_fail_end_the_run_with_status_1(small, capsys):
    put(small, "1_clean", "raise OSError('x')")
    for arguments in (["clean"], ["briefs", "--country", "KAZ"]):
        assert cli.run(arguments) == 1
        out, err = capsys.readouterr()
        assert "1_clean: failed: cell 1: OSError: x" in out
        assert err == "  1_clean: cell 1: OSError: x\n"
    manifest = json.loads((small / "reports" / "manifest.json").read_text())
    assert (list(manifest["results"]), manifest["briefs"]) == (["1_clean"], {})


def test_status_has_a_row_for_every_country(project, capsys):
    (project / "reports").mkdir()
    (project / "reports" / "manifest.json").write_text('{"briefs": []}')
    assert cli.run(["status"]) == 0
    rows = capsys.readouterr().out.splitlines()
    assert len(rows) == 30 + 21
    [kazakhstan] = [row for row in rows if row.startswith("Kazakhstan")]
    assert "2005–20" in kazakhstan
    assert kazakhstan.rstrip().endswith("not made")
    for number, edition in enumerate(range(2005, 2025), start=31):
        year, *counts = rows[number].split()[:6]
        assert (int(year), sum(map(int, counts))) == (edition, 29 * 7), "known or bounded"


def test_gaps_are_ranked_by_the_values_that_a_fact_would_settle(capsys):
    assert cli.run(["status", "--gaps"]) == 0
    rows = capsys.readouterr().out.splitlines()[1:]
    values = [int(row.split()[-1]) for row in rows]
    assert values == sorted(values, reverse=True)
    assert len(rows) == 580 - 547


def test_status_before_anything_is_built_says_what_to_run(project, capsys):
    (project / "data" / "processed" / "country_editions.csv").unlink()
    assert cli.run(["status"]) == 2
    assert "run `nit clean` first" in capsys.readouterr().err


@pytest.mark.slow
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
    assert line.startswith("[1/1] 1_clean: failed: cell ")
    assert "printed_pages.csv: line 2: " in line
    assert "4.26" in line
    assert "Traceback" not in ran.stderr
