"""What a brief consists of."""

import json

import nbformat
import pytest

from analysis.errors import BriefError
from analysis.export.files import brief_files


@pytest.fixture
def executed():
    return nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell("# Title", id="a")])


def test_the_notebook_is_always_part_of_a_brief(executed):
    assert set(brief_files("POL", executed, ())) == {"POL.ipynb"}
    assert set(brief_files("POL", executed, ("html", "pdf"))) == {
        "POL.ipynb",
        "POL.html",
        "POL.pdf",
    }


def test_files_hold_what_their_names_say(executed):
    files = brief_files("POL", executed, ("html", "pdf"))
    assert json.loads(files["POL.ipynb"])["cells"][0]["source"] == ["# Title"]
    assert b"<h1" in files["POL.html"]
    assert files["POL.pdf"].startswith(b"%PDF-")


def test_a_notebook_that_shows_nothing_has_no_files():
    with pytest.raises(BriefError, match="shows nothing"):
        brief_files("POL", nbformat.v4.new_notebook(), ("html",))
