"""A rebuild is compared with what is here and, if asked for, with the release's checksums."""

import csv
import hashlib
import json
import re
import shutil

import pytest

from analysis import cli
from analysis.batch.manifest import manifest_path, read_manifest
from analysis.batch.plan import released_targets
from analysis.batch.verify import CHECKSUMS, read_checksums
from analysis.facts.errors import AnalysisError

from .small_notebooks import FAILING, batch, put

pytestmark = pytest.mark.slow


@pytest.fixture
def release(small, capsys):
    """A small project whose two briefs are made and whose checksums are written.

    Its first notebook makes the tables of data/processed from those in ``tables``.
    """
    shutil.copytree(small / "data" / "processed", small / "tables")
    made = f"shutil.copytree({str(small / 'tables')!r}, processed_folder(), dirs_exist_ok=True);"
    put(
        small,
        "1_clean",
        f"import shutil\nfrom analysis.facts.files import processed_folder\n{made}",
    )
    batch(small, ("one", "good", "{}"), name="batches/all-countries")
    batch(small, ("two", "good", "{country: Poland}"), name="batches/groups")
    for name in ("all-countries", "groups"):
        assert cli.run(["run", str(small / "batches" / f"{name}.yml")]) == 0
    named = [
        *(path for path in (small / "data" / "processed").glob("*.csv")),
        *(
            small / "reports" / f"{n}/{n}.{kind}"
            for n in ("one", "two")
            for kind in ("html", "pdf")
        ),
    ]
    lines = [
        f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.relative_to(small).as_posix()}\n"
        for path in named
    ]
    (small / CHECKSUMS).write_text("".join(lines))
    capsys.readouterr()
    return small


def verified(capsys, *options):
    status = cli.run(["verify", *options])
    out, err = capsys.readouterr()
    told = [line for line in out.splitlines() if line.startswith(("data/", "reports/"))]
    return status, told, err


def test_a_release_is_built_and_compared_although_its_briefs_are_not_here(release, capsys):
    for path in (release / "reports" / "two").iterdir():
        path.unlink()
    (release / "reports" / "manifest.json").unlink()
    assert [target.name for target in released_targets()] == ["one", "two"]
    assert verified(capsys, "--release") == (0, [], "")
    assert verified(capsys) == (0, [], "")


def test_what_differs_from_the_release_is_named(release, capsys):
    assert verified(capsys, "--release") == (0, [], "")
    sums = (release / CHECKSUMS).read_text()
    (release / CHECKSUMS).write_text(
        sums.replace(read_checksums(release)["reports/two/two.pdf"], "0" * 64)
    )
    assert verified(capsys) == (0, [], "")
    status, [told], err = verified(capsys, "--release")
    assert status == 1
    assert told.startswith("reports/two/two.pdf: is not the release's: SHA-256 ")
    assert told.endswith(" instead of 000000000000…")
    assert re.fullmatch(r"1 of \d+ files differ; those of 1 brief: two\n", err)


def test_a_brief_that_was_altered_here_is_told_by_line(release, capsys):
    page = release / "reports" / "one" / "one.html"
    page.write_text(page.read_text().replace("Kosovo", "Kosova", 1))
    for options in ((), ("--release",)):
        status, [told], _ = verified(capsys, *options)
        assert status == 1
        assert told.startswith("reports/one/one.html: line ")
        assert "Kosova" in told


@pytest.mark.usefixtures("release")
def test_a_record_of_another_file_is_told(capsys):
    content = read_manifest()
    content["briefs"]["one"]["files"]["one.pdf"] = "0" * 64
    manifest_path().write_text(json.dumps(content))
    told = "reports/one/one.pdf: is recorded in reports/manifest.json as another one"
    assert verified(capsys)[:2] == (1, [told])


@pytest.mark.parametrize(
    ("name", "change", "status", "words"),
    [
        ("calibrated_null.csv", 0.0015, 0, "differs within its tolerance of 0.002"),
        ("calibrated_null.csv", 0.0025, 1, "null_mean: - '"),
        ("correlations.csv", 0.000001, 1, "r: - '"),
    ],
)
def test_simulated_numbers_have_a_tolerance_and_no_others(
    release, capsys, name, change, status, words
):
    column = "null_mean" if name.startswith("calibrated") else "r"
    # As if it had been computed a little differently; the file here stays as it is.
    with (release / "tables" / name).open("r+", newline="") as file:
        table = list(csv.reader(file))
        place = table[0].index(column)
        table[1][place] = f"{float(table[1][place]) + change:.6f}"
        file.seek(0)
        csv.writer(file, lineterminator="\n").writerows(table)
        file.truncate()
    found, told, _ = verified(capsys, "--release")
    assert found == status
    [line] = [line for line in told if line.startswith(f"data/processed/{name}: ")]
    assert words in line
    # The description of the data holds the hash of every table, and nothing else is touched.
    [other] = set(told) - {line}
    assert other.startswith("data/processed/datapackage.json: ")
    assert ("tolerance" in other) == (status == 0)


def test_a_build_that_fails_is_told_and_records_of_what_was_never_made_are_left_out(
    release, capsys
):
    content = read_manifest()
    for section in ("briefs", "results"):
        content[section]["never"] = {"outcome": "failed", "error": "x"}
    manifest_path().write_text(json.dumps(content))
    assert verified(capsys) == (0, [], "")
    assert cli.run(["clean"]) == 0
    put(release, "1_clean", FAILING)
    capsys.readouterr()
    assert cli.run(["verify"]) == 1
    out, err = capsys.readouterr()
    assert "data/processed/datapackage.json: is not made again\n" in out
    assert err.startswith("  1_clean: cell 2: ValueError: no such thing second line\n")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (None, "no checksums of a release; `make checksums` writes them"),
        (
            "abc  data/x.csv\n",
            "line 1: expected a SHA-256, two spaces and a file, found 'abc  data",
        ),
    ],
)
def test_checksums_that_cannot_be_read_are_one_line(small, capsys, content, words):
    if content:
        (small / CHECKSUMS).write_text(content)
    with pytest.raises(AnalysisError, match="CHECKSUMS"):
        read_checksums(small)
    status, _, err = verified(capsys, "--release")
    assert status == 2
    assert words in err
    assert err.count("\n") == 1
