"""corrections.yml: read strictly, and guarded against sources that no longer print a misprint."""

import pytest
import yaml

from analysis.facts.errors import SourceError
from analysis.facts.files import raw_folder
from analysis.reconciliation.statements import collect
from analysis.settings.corrections import Correction, read_corrections
from analysis.sources.own_csv import read_own_csv

ENTRY = {
    "source": "S1",
    "country": "Ukraine",
    "edition": 2023,
    "category": "CS",
    "printed": "5.50",
    "should_be": "5.25",
    "scale": "7=best",
    "why": "the score",
}


def written(tmp_path, *entries):
    path = tmp_path / "corrections.yml"
    path.write_text(yaml.safe_dump(list(entries)), encoding="utf-8")
    return path


def test_an_entry_is_read_as_it_stands(tmp_path):
    (correction,) = read_corrections(written(tmp_path, ENTRY))
    assert correction == Correction(**ENTRY)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"shuold_be": "5.25"}, "unknown key 'shuold_be'; did you mean should_be"),
        ({"country": "Ukrain"}, "unknown country 'Ukrain'; did you mean Ukraine"),
        ({"category": "XX"}, "expected a category of NDG"),
        ({"edition": "soon"}, "expected an edition such as 2014, found 'soon'"),
        ({"scale": "up"}, "expected the scale 1=best or 7=best, found 'up'"),
        ({"should_be": "5.30"}, "expected a rating in quarter points, found '5.30'"),
        ({"should_be": "5.5"}, "both printed and right"),
        ({"category": "DS", "should_be": "99"}, "a score that seven ratings give, found '99'"),
        ({"category": "DS", "should_be": "5.26"}, "a score that seven ratings give, found '5.26'"),
        ({"printed": "many"}, "expected a number such as 3.25, found 'many'"),
        ({"why": " "}, "expected the evidence"),
        ({"why": None}, "expected the evidence"),
    ],
)
def test_a_faulty_entry_is_refused(tmp_path, change, told):
    with pytest.raises(SourceError, match=r"corrections\.yml: entry 1: ") as error:
        read_corrections(written(tmp_path, ENTRY | change))
    assert told in str(error.value)
    assert "\n" not in str(error.value)


def test_a_missing_key_is_named(tmp_path):
    entry = {key: value for key, value in ENTRY.items() if key != "why"}
    with pytest.raises(SourceError, match="entry 2: no key why; expected source, country"):
        read_corrections(written(tmp_path, ENTRY, entry))


def test_two_entries_about_one_number_are_refused(tmp_path):
    with pytest.raises(SourceError, match="Ukraine 2023 CS in S1 stands there twice"):
        read_corrections(written(tmp_path, ENTRY, ENTRY | {"printed": "5.75"}))


@pytest.mark.parametrize("text", ["a: [", "just words", "- just words", "\x00"])
def test_a_file_of_another_form_is_refused(tmp_path, text):
    path = tmp_path / "corrections.yml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(SourceError, match=r"corrections\.yml"):
        read_corrections(path)


def test_of_a_list_whose_last_entry_was_deleted_comments_are_left(tmp_path):
    path = tmp_path / "corrections.yml"
    path.write_text("# Keys: source, country\n", encoding="utf-8")
    assert read_corrections(path) == ()


def test_a_key_that_stands_twice_is_refused(tmp_path):
    path = written(tmp_path, ENTRY)
    path.write_text(f"{path.read_text(encoding='utf-8')}  edition: 2022\n", encoding="utf-8")
    with pytest.raises(SourceError, match="the key 'edition' stands there twice"):
        read_corrections(path)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(SourceError, match="no such file"):
        read_corrections(tmp_path / "corrections.yml")


def test_only_the_misprint_itself_is_corrected():
    correction, place = Correction(**ENTRY), ("S1", "Ukraine", 2023, "CS")
    assert not correction.corrects(place, "5.25", "7=best")
    assert not correction.corrects(place, "5.5", "1=best")
    assert not correction.corrects(("S2", *place[1:]), "5.5", "7=best")
    assert correction.corrects(place, "5.5", "7=best")


def test_the_guard_tells_what_the_source_prints_now():
    printed = read_own_csv(raw_folder())
    (real,) = read_corrections(raw_folder() / "corrections.yml")
    gone = Correction(**{**vars(real), "printed": "5.75"})
    with pytest.raises(SourceError) as error:
        collect(printed, [gone])
    assert str(error.value) == (
        "corrections.yml: expected 5.75 on 7=best for Ukraine 2023 CS in S421, "
        "found 5.50 on 7=best: delete or mend the entry"
    )


def test_the_guard_notices_a_source_that_is_gone():
    printed = read_own_csv(raw_folder())
    with pytest.raises(SourceError, match="in S999, found nothing: delete"):
        collect(printed, [Correction(**ENTRY | {"source": "S999"})])
