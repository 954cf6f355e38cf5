"""The code of the documentation runs and says what the estimators say."""

import doctest
import json
import pkgutil
import re
import shlex
import textwrap
from pathlib import Path
from types import FunctionType

import numpy as np
import pandas as pd
import pytest
import typer.main
import yaml

from analysis import cli, data
from analysis.briefs.closing import source_list
from analysis.briefs.country.story import load_country
from analysis.briefs.labelled import labelled
from analysis.tables.stored import read_processed
from analysis.trajectories.observed import ALL_SCORES

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "howto" / "another_panel.md"
WRITTEN = {"analysis.trajectories.volatility"}
"""What a reader of a page writes."""
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]


def commands_of(page):
    """Return the commands of a page's shell blocks, comments cut, as words."""
    blocks = re.findall(r"^```sh\n(.*?)^```", page.read_text(encoding="utf-8"), re.DOTALL | re.M)
    lines = [line for block in blocks for line in block.splitlines() if line.strip()]
    return [words for line in lines if (words := shlex.split(line, comments=True))]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_the_commands_of_a_page_exist_with_their_options(page):
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.M))
    known = typer.main.get_command(cli.app).commands
    for program, *words in commands_of(page):
        if program == "make":
            assert words[0] in targets, words
        elif Path(program).name == "nit":
            assert words[0] in known, words
            options = {name for p in known[words[0]].params for name in p.opts}
            for word in words[1:]:
                assert not word.startswith("--") or word in options, words


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_what_a_page_names_is_there(page):
    """Modules and functions by their full name, files of the package by their path."""
    text = page.read_text(encoding="utf-8")
    for name in sorted(set(re.findall(r"\banalysis(?:\.[A-Za-z_]\w*)+", text)) - WRITTEN):
        assert pkgutil.resolve_name(name) is not None, name
    for path in sorted(
        set(re.findall(r"\b(?:src/analysis|tests|tools|benchmarks)/[\w./-]+", text))
    ):
        assert (ROOT / path.rstrip("./")).exists(), path
    modules = {path.stem: path.read_text() for path in (ROOT / "src").rglob("*.py")}
    for module, name in re.findall(r"`([a-z_]+)\.(?!(?:csv|json|yml)`)(\w+)`", text):
        assert re.search(rf"\b(?:def|class) {name}\b", modules.get(module, f"def {name}")), name


def test_the_readme_counts_what_is_known():
    editions, panel = read_processed("country_editions"), read_processed("panel")
    full, scored = editions["score_status"].eq("computed").sum(), editions["score_status"].count()
    told = (
        f"all seven ratings of {full} of {len(editions)} country-editions and {scored} scores; "
        f"the {7 * len(editions) - len(panel)} ratings that are not known"
    )
    assert told in (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["add_a_statistic", "add_a_source_layout", "use_the_data"])
def test_the_python_of_a_page_runs_as_printed(name):
    text = (ROOT / "docs" / "howto" / f"{name}.md").read_text(encoding="utf-8")
    blocks = re.findall(r"^( *)```python\n(.*?)^\1```", text, re.DOTALL | re.M)
    assert blocks
    known = {}
    for _, block in blocks:
        exec(compile(textwrap.dedent(block), name, "exec"), known)
    functions = [one for one in known.values() if isinstance(one, FunctionType)]
    for function in (one for one in functions if one.__code__.co_filename == name):
        for example in doctest.DocTestFinder().find(function, module=False, globs=known):
            assert doctest.DocTestRunner().run(example).failed == 0


def test_the_cell_for_a_new_statistic_shows_what_the_page_computes():
    text = (ROOT / "docs" / "howto" / "add_a_statistic.md").read_text(encoding="utf-8")
    function, cell = (
        textwrap.dedent(re.search(rf"^ *```{kind}\n(.*?)^ *```", text, re.DOTALL | re.M)[1])
        for kind in ("python", "py")
    )
    known = {"pd": pd, "labelled": labelled, "scores": data.scores(), "ALL_SCORES": ALL_SCORES}
    exec(function, known)
    exec(cell.partition("\n")[2], known)  # its first line imports what the page has written
    assert known["volatility"]["sample"].tolist() == [ALL_SCORES]
    declared = yaml.safe_load(re.search(r"```yaml\n(.*?)```", text, re.DOTALL)[1])
    columns = [
        c if isinstance(c, str) else next(iter(c)) for c in declared["volatility"]["columns"]
    ]
    assert list(known["volatility"]) == columns


def test_the_report_of_the_page_is_read_refused_and_told_as_the_page_says(project, capsys):
    text = (ROOT / "docs" / "howto" / "add_a_report.md").read_text(encoding="utf-8")
    report = project / "georgia.txt"
    report.write_text(text.split("```text\n")[1].split("```")[0], encoding="utf-8")
    assert cli.run(["read", str(report)]) == 0
    assert "CS,4.00,1=best" in capsys.readouterr().out
    assert cli.run(["add", str(report)]) == 1
    said = capsys.readouterr().out
    told = text.split("```text\n")[2].split("```")[0]
    assert " ".join(told.split()) in " ".join(said.split())
    folder = project / "data" / "raw" / "reports"
    folder.mkdir(exist_ok=True)
    report.rename(folder / report.name)
    assert cli.run(["explain", "Georgia", "2015", "CS"]) == 0
    assert "own copy: georgia.txt" in capsys.readouterr().out


@pytest.mark.slow
def test_a_report_that_was_added_is_followed_into_brief_and_citation(project, capsys):
    text = (ROOT / "docs" / "howto" / "add_a_report.md").read_text(encoding="utf-8")
    folder = project / "data" / "raw" / "reports"
    folder.mkdir(exist_ok=True)
    report = text.split("```text\n")[1].split("```")[0]
    (folder / "georgia.txt").write_text(report, encoding="utf-8")
    assert cli.run(["clean"]) == 0
    story = load_country("Georgia", 2005, 2024)
    said = json.dumps(source_list(story.sources).content())
    assert "own copy: georgia.txt" in said
    others = source_list(load_country("Armenia", 2005, 2024).sources)
    assert "own copy" not in json.dumps(others.content())
    capsys.readouterr()
    assert cli.run(["cite", "Georgia"]) == 0
    assert "own copy: georgia.txt" in capsys.readouterr().out


def test_the_page_on_another_panel_runs_as_printed(capsys):
    blocks = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert len(blocks) >= 6
    known = {}
    for block in blocks:
        exec(compile(block, str(PAGE), "exec"), known)
    panel = known["panel"]
    slopes = [
        10 * np.polyfit(firm["year"] - 1944, firm["invest"], 1)[0]
        for _, firm in panel.groupby("firm")
    ]
    assert known["trend"].estimate == pytest.approx(np.mean(slopes))
    assert f"{np.mean(slopes):.1f} a decade" in capsys.readouterr().out
    # The correlations of the page, computed another way.
    columns = ["invest", "value", "capital"]
    centred = panel[columns] - panel.groupby("firm")[columns].transform("mean")
    within = known["within"]
    for x, y in within.index:
        assert within.loc[(x, y), "r"] == pytest.approx(centred[x].corr(centred[y]))
