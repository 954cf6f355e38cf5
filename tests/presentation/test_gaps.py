"""Every sentence that a gap of the panel could change says so: a range, or what it rests on.

Each brief is made again where no rating is missing, on the two completed panels of each country
that lie farthest apart, over all editions and in the last one that is open. A sentence of the real
brief that is not said there in the same words hangs on a gap.
"""

import copy
import re

import pytest

import every_brief
from notebook_blocks import blocks_of

from .completed_worlds import ROOT, world
from .test_numbers import ALL, KIND, _named, contents_of

FEW = (
    *((every_brief.COUNTRY, name) for name in ("Azerbaijan", "Latvia", "Hungary")),
    (every_brief.REGION, "all"),
    (every_brief.COMPARISON, "Azerbaijan, Uzbekistan"),
)
SENTENCE = re.compile(r"(?<=[a-z)%\d][.]) (?=[A-Z])")
TOLD = re.compile(
    r"\bknown\b|\bbounded\b|left out\b|completed panels|printed facts|printed score"
    r"|between \d\.\d\d and \d|\d\.\d\d–\d\.\d\d|^open$",
    re.IGNORECASE,
)
"""A range, or what a statement rests on."""
OF_CELLS = re.compile(r"(?:Rests|rest) on [^:.]+: [^.]*(?:bounded|left out)")
"""What a caption must say where a cell of its table, or a value of its figure, could change."""
CONSTANT = re.compile(
    r"^Data [0-9a-f]{12}; code|^A higher Corruption rating means less corruption"
    r"|^Rating by edition, 1 = least democratic, 7 = most democratic"
)
"""What hangs on no rating: hashes, how a category that happens to be named is to be read, and of
which scale a picture shows what stands in it."""


@pytest.fixture(scope="module")
def worlds(tmp_path_factory):
    return [
        world(ROOT, tmp_path_factory.mktemp("world"), last_only=last, side=side)
        for last in (False, True)
        for side in (0, 1)
    ]


def brief_of(folder, key):
    """Return the contents of a brief, made on the data of a folder."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NIT_ROOT", str(folder))
        blocks = blocks_of(key[0], patch, **{KIND[key[0]][1]: key[1]})
        return [block.content() for block in blocks]


def sentences(content):
    """Return every sentence of a block but the cells of a table."""
    words = {part: value for part, value in content.items() if part != "rows"}
    return {s for text in every_brief.texts(words) for s in SENTENCE.split(text)}


def unsaid(real, filled):
    """Return the sentences of a brief that a gap could change and that do not say so."""
    said = [{s for content in contents for s in sentences(content)} for contents in filled]
    cells = [{_cells(content) for content in contents} for contents in filled]
    for content in real:
        name = content.get("name") or content["kind"]
        for sentence in sentences(content):
            same = all(sentence in others for others in said)
            if not (same or TOLD.search(sentence) or CONSTANT.search(sentence)):
                yield f"{name}: {sentence}"
        same = all(_cells(content) in others for others in cells)
        if not same and not OF_CELLS.search(content["caption"]):
            yield f"{name}: its cells"


def _cells(content):
    return str([[cell["text"] for cell in row] for row in content.get("rows", ())])


def check(key, worlds):
    wrong = list(unsaid(contents_of(*key), [brief_of(folder, key) for folder in worlds]))
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("key", FEW, ids=_named)
def test_what_a_gap_could_change_is_said_in_a_few_briefs(key, worlds):
    check(key, worlds)


@pytest.mark.slow
@pytest.mark.parametrize("key", [key for key in ALL if key not in FEW], ids=_named)
def test_what_a_gap_could_change_is_said_in_every_brief(key, worlds):
    check(key, worlds)


def test_a_sentence_that_hides_a_gap_is_found(worlds):
    key = (every_brief.COUNTRY, "Albania")
    real = copy.deepcopy(contents_of(*key))
    filled = [brief_of(folder, key) for folder in worlds]
    assert not list(unsaid(real, filled))
    finding = next(content for content in real if content["kind"] == "findings")
    finding["sentences"].append("Four categories fell, one rose and two ended where they were.")
    table = next(content for content in real if content.get("name") == "ratings")
    table["caption"] = ""
    assert len(list(unsaid(real, filled))) == 2
