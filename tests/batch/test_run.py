"""A plan's targets are made, or left alone, for stated reasons; the bytes never depend on how."""

import hashlib
import json
import os
import random
import shutil
import subprocess
import sys
import time

import nbformat
import pytest

from analysis import cli
from analysis.batch.manifest import read_manifest
from analysis.facts.files import PACKAGE

from .small_notebooks import batch, files, notebook, put
from .test_faults import NIT, gone, nit

COUNTRIES = "country: [Poland, Hungary, Kosovo]"


def grid(project):
    """Return a batch of three countries on the notebook ``good``."""
    path = project / "grid.yml"
    path.write_text(
        'briefs:\n  - {notebook: good, name: "{iso3}", title: "{country}", '
        f"grid: {{{COUNTRIES}}}}}\n"
    )
    return path


def states(capsys, *arguments):
    """Run the command and return its summary line."""
    assert cli.run([str(a) for a in arguments]) == 0
    [line] = [t for t in capsys.readouterr().out.splitlines() if " failed in " in t]
    return line.rpartition(" in ")[0]


def plan(capsys, path):
    """Return target -> reason as a dry run tells them."""
    assert cli.run(["run", "--dry-run", str(path)]) == 0
    return dict(line.split(": ", 1) for line in capsys.readouterr().out.splitlines())


@pytest.mark.slow
def test_only_what_changed_is_made_and_the_reason_is_told(small, capsys):
    put(
        small,
        "good",
        "from analysis.facts.files import project_root",
        "from analysis.tables.stored import read_processed",
        "from analysis.facts.errors import AnalysisError",
        "panel = read_processed('panel').query('country == @country')",
        "print(country, panel.rating.sum())",
    )
    path = grid(small)
    assert plan(capsys, path)["POL"] == "new"
    assert not (small / "reports").exists(), "a dry run writes nothing"
    assert states(capsys, "run", path) == "3 made, 0 failed"
    first = files(small / "reports")
    assert plan(capsys, path) == dict.fromkeys(
        ("1_clean", "2_trajectories", "3_correlations", "POL", "HUN", "XKX"), "up to date"
    )
    assert states(capsys, "run", path) == "0 made, 3 up to date, 0 failed"
    assert files(small / "reports") == first

    (small / "reports" / "HUN" / "HUN.pdf").unlink()
    (small / "reports" / "POL" / "POL.html").write_text("edited by hand")
    told = plan(capsys, path)
    assert told["HUN"] == "HUN.pdf is missing"
    assert told["POL"] == "POL.html was altered"
    assert told["XKX"] == "up to date"
    assert states(capsys, "run", path) == "2 made, 1 up to date, 0 failed"
    assert files(small / "reports") == first

    panel = small / "data" / "processed" / "panel.csv"
    before = panel.read_text()
    lines = before.splitlines(keepends=True)
    changed = [n for n, line in enumerate(lines) if line.startswith("Poland,POL,2015")]
    for n in changed[:3]:
        lines[n] = lines[n].replace(lines[n].split(",")[5], "1.25", 1)
    panel.write_text("".join(lines))
    assert plan(capsys, path)["HUN"] == "panel changed: 3 ratings of Poland"
    # All three read the panel, and only Poland's says something else now.
    assert states(capsys, "run", path) == "1 made, 2 unchanged, 0 failed"
    assert plan(capsys, path)["HUN"] == "up to date"
    panel.write_text(before)
    assert states(capsys, "run", path) == "1 made, 2 unchanged, 0 failed"
    assert files(small / "reports") == first

    other = small / "data" / "processed" / "trends.csv"
    other.write_text(other.read_text() + "\n")
    assert plan(capsys, path)["POL"] == "up to date", "no brief reads that table"

    put(small, "good", "print(country, 'otherwise')")
    assert plan(capsys, path)["POL"] == "notebook changed"
    assert states(capsys, "run", "--force", path) == "3 made, 0 failed"
    panel.write_text("".join(lines))
    assert states(capsys, "run", "--force", path) == "3 made, 0 failed"


@pytest.mark.slow
def test_what_is_edited_while_it_is_read_is_refused(small, capsys):
    reading = "from analysis.facts.files import raw_folder\npath = raw_folder() / 'notes.txt'\n"
    put(small, "1_clean", reading + "path.write_text(path.read_text() + '.')")
    (small / "data" / "raw" / "notes.txt").write_text("1")
    assert cli.run(["clean"]) == 0
    capsys.readouterr()
    assert cli.run(["clean"]) == 1
    assert capsys.readouterr().err == (
        "  1_clean: the worker has another data/raw/notes.txt than this machine: nothing is kept\n"
    )


@pytest.mark.slow
def test_code_that_changed_is_named(small):
    package = small / "src" / "analysis"
    shutil.copytree(PACKAGE, package, ignore=shutil.ignore_patterns("__pycache__"))
    surroundings = {**os.environ, "PYTHONPATH": str(package.parent)}

    def told(*arguments):
        ran = nit("run", *arguments, path, env=surroundings)
        assert ran.returncode == 0, ran.stderr
        return ran.stdout.splitlines()

    def planned():
        return dict(line.split(": ", 1) for line in told("--dry-run"))["POL"]

    def made():
        return [line for line in told() if line.startswith("3 made, 0 failed")]

    path = grid(small)
    assert made()
    kept = small / "reports" / ".state"
    # One list for the notebooks of results, which import nothing, and one for the briefs.
    assert len(list(kept.glob("code-*"))) == 2

    def edit(name):
        source = package / name
        source.write_text(source.read_text() + "\n")

    edit("trajectories/drift.py")
    assert planned() == "up to date", "no brief here uses that"
    edit("briefs/blocks.py")
    assert planned() == "code changed: briefs/blocks.py"
    for name in ("facts/errors", "export/files", "export/html", "export/pdf"):
        edit(f"{name}.py")
    assert planned() == (
        "code changed: briefs/blocks.py, export/files.py, export/html.py and 2 others"
    )
    assert made()
    assert planned() == "up to date"
    assert len(list(kept.glob("code-*"))) == 2
    for name in kept.glob("code-*"):
        name.unlink()
    edit("facts/errors.py")
    assert planned() == "code changed"


@pytest.mark.slow
def test_formats_and_parameters_are_reasons(small, capsys):
    path = batch(small, ("one", "good", "{country: Poland}"))
    assert states(capsys, "run", "--format", "html", path) == "1 made, 0 failed"
    assert set(files(small / "reports" / "one")) == {"one.html", "one.ipynb"}
    assert plan(capsys, path)["one"] == "pdf and assets not made yet"
    assert states(capsys, "run", path) == "1 made, 0 failed"
    assert states(capsys, "run", "--format", "html", path) == "0 made, 1 up to date, 0 failed"
    batch(small, ("one", "good", "{country: Hungary}"))
    assert plan(capsys, path)["one"] == "parameters changed: country Poland -> Hungary"


def test_files_that_are_no_longer_made_go_and_foreign_ones_stay(small):
    from analysis.batch.place import place

    folder, scratch = small / "reports" / "one", small / "scratch"
    place(folder, {"a.html": b"1", "assets/b.csv": b"2"}, (), scratch)
    (folder / "notes.txt").write_text("mine")
    place(folder, {"a.html": b"3"}, ["a.html", "assets/b.csv"], scratch)
    assert files(folder) == {"a.html": b"3", "notes.txt": b"mine"}
    assert not (folder / "assets").exists()


@pytest.mark.parametrize("name", ["../x", "/etc/x", "a/../../x"])
def test_a_file_outside_the_briefs_folder_is_refused(tmp_path, name):
    from analysis.batch.place import place
    from analysis.facts.errors import RunError

    with pytest.raises(RunError, match="does not lie in the brief's folder"):
        place(tmp_path / "one", {name: b""}, (), tmp_path / "scratch")


def test_a_brief_is_not_written_through_a_link(small, capsys):
    elsewhere = small / "elsewhere"
    elsewhere.mkdir()
    (small / "reports").mkdir()
    (small / "reports" / "one").symlink_to(elsewhere)
    path = batch(small, ("one", "good", "{}"))
    assert cli.run(["run", "--format", "html", str(path)]) == 1
    assert "does not lie in the brief's folder" in capsys.readouterr().err
    assert list(elsewhere.iterdir()) == []


def test_only_what_is_given_reaches_the_notebook(small):
    declared = "first = 2005\nlast = first + 5\nweights = list(range(3))\npair = (1, 2)\nday = ''"
    content = notebook("print(first, last, weights, pair, repr(day))")
    content.cells[0].source = declared
    nbformat.write(content, small / "notebooks" / "defaults.ipynb")
    path = batch(small, ("a", "defaults", "{}"), ("b", "defaults", "{first: 1, day: 2020-01-01}"))
    assert cli.run(["run", "--format", "html", str(path)]) == 0
    texts = [
        nbformat.read(small / "reports" / name / f"{name}.ipynb", 4).cells[-1].outputs[0].text
        for name in "ab"
    ]
    assert texts == [
        "2005 2010 [0, 1, 2] (1, 2) ''\n",
        "1 2010 [0, 1, 2] (1, 2) '2020-01-01'\n",
    ]


BOMB = "&a0 x, " + ", ".join(f"&a{n + 1} [{', '.join([f'*a{n}'] * 9)}]" for n in range(9))


@pytest.mark.parametrize(
    ("brief", "words"),
    [
        ("parameters: {country: !!binary aGk=}", "cannot be passed to a notebook"),
        ("parameters: {country: .nan}", "cannot be passed to a notebook"),
        ("parameters: {country: 2020-01-01 10:00:00}", "cannot be passed to a notebook"),
        ("title: '{country:>2000000000}'", "is too much"),
        ("title: '{country:{country}}'", "is too much"),
        (f"grid: {{a: {[*range(3000)]}, b: {[*range(3000)]}}}", "9000000 combinations"),
        (f"parameters: {{country: {'[' * 5000}}}", "brackets within brackets"),
        (f"parameters: {{country: {'9' * 5000}}}", "not YAML"),
        (f"parameters: {{country: [{BOMB}]}}", "aliases stand for more than 1000000 values"),
        ("parameters: {country: &a [*a]}", "aliases stand for more than 1000000 values"),
    ],
)
def test_what_would_take_for_ever_is_refused_in_one_line(small, capsys, brief, words):
    path = small / "own.yml"
    path.write_text(f"briefs:\n  - notebook: good\n    name: x\n    {brief}\n")
    assert cli.run(["run", str(path)]) == 2
    err = capsys.readouterr().err
    assert words in err
    assert err.count("\n") == 1


def test_a_batch_is_a_file_and_a_name_is_short(small, capsys):
    os.mkfifo(small / "pipe")
    for path in (small / "pipe", "/dev/zero", small):
        assert cli.run(["run", str(path)]) == 2
        assert "is no file" in capsys.readouterr().err
    assert cli.run(["run", str(batch(small, ("x" * 300, "good", "{}")))]) == 2
    assert "cannot name a folder" in capsys.readouterr().err


SETTINGS = [
    ({}, ["--jobs", "1"]),
    ({"TZ": "Asia/Almaty", "PYTHONHASHSEED": "11"}, ["--jobs", "2"]),
    ({"LC_ALL": "C", "LANG": "de_DE.UTF-8", "PYTHONHASHSEED": "random"}, ["--engine", "stock"]),
]


@pytest.mark.slow
def test_the_same_bytes_whatever_the_surroundings(small, tmp_path_factory):
    """Jobs, engine, time zone, locale, hash seed and the folder do not matter."""
    import shutil

    path = grid(small)
    made = []
    for number, (environment, options) in enumerate(SETTINGS):
        clone = tmp_path_factory.mktemp(f"clone-with-another-name-{number}") / "project"
        shutil.copytree(small, clone)
        surroundings = {**os.environ, "NIT_ROOT": str(clone), **environment}
        ran = nit("run", clone / path.name, *options, env=surroundings)
        assert ran.returncode == 0, ran.stderr
        made.append(files(clone / "reports"))
        assert not [n for n, content in made[-1].items() if str(clone).encode() in content]
    assert set(made[0]) >= {"POL/POL.html", "POL/POL.pdf", "manifest.json", "index.html"}
    assert made[0] == made[1] == made[2]


@pytest.mark.slow
def test_a_killed_run_goes_on_to_the_same_bytes(small):
    """SIGKILL at random moments of consecutive runs; `make bench` does more of them."""
    put(small, "good", "import time\ntime.sleep(0.3)\nprint('text of', country)")
    path = grid(small)
    start = time.monotonic()
    assert nit("run", path).returncode == 0
    length = time.monotonic() - start
    undisturbed = files(small / "reports")
    subprocess.run(["rm", "-r", str(small / "reports")], check=True)
    moments = random.Random(7)
    for _ in range(6):
        with subprocess.Popen(
            [*NIT, "run", str(path)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        ) as run:
            time.sleep(moments.uniform(0, length))
            run.kill()
        assert gone(small) == []
    assert nit("run", path).returncode == 0
    assert files(small / "reports") == undisturbed
    assert not list((small / "reports").glob(".making-*"))
    assert sorted(p.name.split("-")[0] for p in (small / "reports" / ".state").iterdir()) == [
        "code",
        "code",
        "run.json",
    ]


def test_the_manifest_holds_what_can_be_reproduced_and_the_rest_is_apart(small, capsys):
    path = grid(small)
    assert states(capsys, "run", path) == "3 made, 0 failed"
    manifest = read_manifest()
    entry = manifest["briefs"]["HUN"]
    assert entry["parameters"] == {"country": "Hungary"}
    assert entry["formats"] == ["html", "pdf", "assets"]
    assert set(entry["made_from"]) == {"notebook", "code", "python", "requirements.lock", "inputs"}
    assert manifest["made_with"]["python"] == ".".join(map(str, sys.version_info[:2]))
    for name, digest in entry["files"].items():
        content = (small / "reports" / "HUN" / name).read_bytes()
        assert hashlib.sha256(content).hexdigest() == digest
    run = json.loads((small / "reports" / ".state" / "run.json").read_text())
    assert run["targets"]["HUN"]["seconds"] > 0
    assert "seconds" not in json.dumps(manifest)


def test_what_was_there_before_a_run_does_not_enter_the_manifest(small, capsys):
    """Notebooks describe all tables at their end, also those that later ones are yet to make."""
    read = (
        "from pathlib import Path\n"
        "from analysis.facts.files import processed_folder\n"
        "[path.read_bytes() for path in sorted(processed_folder().glob('[lt]*.csv'))];"
    )
    write = (
        "from analysis.facts.files import processed_folder, write_text\n"
        "write_text(processed_folder() / '{}.csv', {!r})"
    )
    texts = {}
    for name in ("trends", "levels"):
        table = small / "data" / "processed" / f"{name}.csv"
        texts[name] = table.read_text()
        table.unlink()
    put(small, "1_clean", read)
    put(small, "2_trajectories", write.format("trends", texts["trends"]), read)
    put(small, "3_correlations", write.format("levels", texts["levels"]), read)
    path = batch(small, ("a", "good", "{}"))
    manifests = []
    for _ in range(2):
        assert states(capsys, "run", path) == "1 made, 0 failed"
        manifests.append((small / "reports" / "manifest.json").read_text())
        for name in ("manifest.json", ".state/run.json"):
            (small / "reports" / name).unlink()
    assert manifests[0] == manifests[1]
    made = json.loads(manifests[0])["results"]
    assert set(made["2_trajectories"]["outputs"]) == {"data/processed/trends.csv"}
    for name, other in (("1_clean", "trends"), ("1_clean", "levels"), ("2_trajectories", "levels")):
        assert f"data/processed/{other}.csv" not in made[name]["made_from"]["inputs"]
