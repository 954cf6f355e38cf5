"""The sample brief that the repository shows is what this checkout makes."""

import pytest

from analysis.export.bundle import brief_content
from analysis.export.html import html_page
from analysis.export.pdf import pdf_document
from notebook_blocks import NOTEBOOKS, executed

SAMPLE = NOTEBOOKS.parent / "reports" / "sample"


@pytest.fixture(scope="module")
def contents():
    return brief_content(executed("4_country_brief", country="Hungary"))


def test_the_sample_page_is_what_the_code_makes(contents):
    made = html_page(contents).encode()
    assert made == (SAMPLE / "HUN.html").read_bytes(), "`make sample` renders it anew"
    assert len(made) < 400_000


def test_the_sample_document_is_what_the_code_makes(contents):
    made = pdf_document(contents)
    assert made == (SAMPLE / "HUN.pdf").read_bytes(), "`make sample` renders it anew"
    assert len(made) < 300_000


def test_the_picture_of_the_readme_is_there():
    picture = (SAMPLE / "HUN.png").read_bytes()
    assert picture.startswith(b"\x89PNG")
    assert len(picture) < 250_000
