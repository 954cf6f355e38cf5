"""A declared batch is refused as a whole, in one line, before anything runs."""

import pytest

from analysis.batch.plan import plan_file
from analysis.facts.countries import COUNTRIES
from analysis.facts.errors import AnalysisError
from analysis.settings.batches import Limits, batch_path, read_batch


def write(project, text):
    path = project / "own.yml"
    path.write_text(text, encoding="utf-8")
    return path


def test_grids_multiply_and_names_are_filled_in(project):
    path = write(
        project,
        """
title: Two by three
briefs:
  - notebook: 4_country_brief
    name: "{iso3}_{first_edition}_{last_edition}"
    title: "{country} from {first_edition}"
    grid:
      country: [Macedonia, kz]
      window: [[2005, 2010], [2010, 2015], [2015, 2024]]
    formats: [pdf]
limits: {seconds: 60, memory_gb: 2}
""",
    )
    targets = plan_file(path)
    assert [t.name for t in targets] == [
        f"{code}_{window}"
        for code in ("MKD", "KAZ")
        for window in ("2005_2010", "2010_2015", "2015_2024")
    ]
    assert targets[0].title == "North Macedonia from 2005"
    assert targets[0].parameters == {
        "country": "North Macedonia",
        "first_edition": 2005,
        "last_edition": 2010,
    }
    assert {t.formats for t in targets} == {("pdf",)}
    assert {t.limits for t in targets} == {Limits(seconds=60, memory_gb=2)}
    assert plan_file(path, ["html"])[0].formats == ("html",)


@pytest.mark.usefixtures("project")
@pytest.mark.parametrize(
    ("name", "number"), [("all-countries", 30), ("groups", 13), ("sensitivity", 3 * 35)]
)
def test_the_batches_of_the_project_can_be_planned(name, number):
    targets = plan_file(batch_path(name))
    assert len(targets) == len({t.name for t in targets}) == number
    assert read_batch(batch_path(name)).title
    if name == "groups":
        assert [t.name for t in targets][:2] == ["central-europe", "balkans"]
    if name == "all-countries":
        assert [t.name for t in targets] == ["region", *(c.iso3 for c in COUNTRIES)]


ENTRY = "briefs:\n  - notebook: 4_country_brief\n    name: x\n"
REFUSED = [
    (
        "breifs: []",
        "unknown key 'breifs'; did you mean briefs?; the keys are title,",
    ),
    ("briefs: []", "briefs: expected a list of briefs, found []"),
    ("title: x", "no key briefs; expected title, briefs, limits"),
    ("- 1", "expected names with values"),
    ("a: [", "not YAML"),
    (ENTRY + "    grids: {}\n", "brief 1: unknown key 'grids'; did you mean grid?"),
    (ENTRY.replace("4_country_brief", "4_country_breif"), "did you mean 4_country_brief?"),
    (ENTRY + "    parameters: {contry: x}\n", "has no parameter 'contry'; did you mean country?"),
    (ENTRY + "    parameters: {country: 7}\n", "country: expected str, found 7"),
    (
        ENTRY + "    parameters: {first_edition: '2010'}\n",
        "expected int, found '2010'",
    ),
    (ENTRY + "    parameters: {first_edition: true}\n", "first_edition: expected int, found True"),
    (ENTRY + "    parameters: {country: Polnd}\n", "unknown country 'Polnd'; did you mean Poland?"),
    (ENTRY + "    parameters: {last_edition: 2030}\n", "no data for edition 2030"),
    (ENTRY + "    formats: [docx]\n", "unknown format 'docx'"),
    (ENTRY + "    grid: {country: [Poland, Latvia]}\n", "two briefs named 'x'"),
    (ENTRY + "    grid: {country: []}\n", "grid: country: expected a list of values"),
    (ENTRY + "    grid: {window: [2010]}\n", "expected pairs such as [2005, 2014], found 2010"),
    (ENTRY.replace("name: x", 'name: "{iso2}"'), "nothing called 'iso2'; did you mean iso3?"),
    (ENTRY.replace("name: x", "name: ../x"), "'../x' cannot name a folder in reports/"),
    (ENTRY.replace("name: x", "name: Index"), "'Index' cannot name a folder in reports/"),
    # On some file systems these would be one folder.
    (ENTRY + "  - {notebook: 4_country_brief, name: X}\n", "two briefs named 'X'"),
    (ENTRY + "limits: {seconds: 0}\n", "seconds: expected a number above 0, at most 1e9, found 0"),
    (
        ENTRY + "limits: {output_mb: 1.0e+10}\n",
        "a number above 0, at most 1e9, found 10000000000.0",
    ),
    (ENTRY + "limits: {minutes: 5}\n", "limits: unknown key 'minutes'"),
    (ENTRY + "    parameters: {1: 2}\n", "brief 1: parameters: name 1: expected a text"),
    (ENTRY + "    name: y\n", "the key 'name' stands there twice"),
    (
        ENTRY + "    parameters: {country: Poland}\n    grid: {country: [Latvia]}\n",
        "brief 1: country is given twice",
    ),
    (
        ENTRY + "    grid: {window: [[2005, 2010]], last_edition: [2012]}\n",
        "brief 1: last_edition is given twice",
    ),
    ("briefs: " + "[" * 3000, "brackets within brackets, too many to be read"),
]


@pytest.mark.parametrize(("text", "words"), REFUSED)
def test_what_is_wrong_is_named_in_one_line(project, text, words):
    with pytest.raises(AnalysisError) as refusal:
        plan_file(write(project, text))
    assert words in str(refusal.value)
    assert "\n" not in str(refusal.value)


def test_a_key_may_replace_one_that_is_merged(project):
    merged = ENTRY.replace("- notebook", "- &a\n    notebook") + "  - {<<: *a, name: y}\n"
    assert [target.name for target in plan_file(write(project, merged))] == ["x", "y"]


def test_a_file_that_is_not_there_is_one_line(project):
    with pytest.raises(AnalysisError, match="no such file, expected a batch"):
        read_batch(project / "none.yml")
