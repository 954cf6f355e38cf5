"""Hostile texts in a real browser: nothing runs, nothing is asked for, everything is text."""

import re

import pytest

from analysis.export.bundle import brief_content
from analysis.export.files import asset_files, brief_files
from analysis.export.index import index_page
from export.hostile import KINDS, TEXTS, notebook_with

from .conftest import all_scores, write

pytestmark = pytest.mark.slow


def squeezed(text):
    return re.sub(r"\s+", "", text)


@pytest.mark.parametrize("texts", KINDS.values(), ids=KINDS)
def test_a_brief_of_hostile_texts_is_inert(watched, tmp_path, texts):
    files = brief_files("x", notebook_with(*texts), ("html",))
    write(tmp_path, files)
    page = watched.open(tmp_path / "x.html")
    page.wait_for_load_state("networkidle")
    # Whatever waits for a pointer or the focus gets it.
    for _ in range(8):
        page.keyboard.press("Tab")
    page.mouse.move(300, 300)
    shown = squeezed(page.evaluate("document.body.textContent"))
    for text in texts:
        assert shown.count(squeezed(text)) >= 25, text
    assert page.evaluate("document.scripts.length") == 0
    assert (watched.dialogs, watched.errors) == ([], [])
    assert watched.loaded() == [(tmp_path / "x.html").as_uri()]
    for width in (320, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


def test_pictures_of_hostile_words_are_inert_on_their_own(watched, tmp_path):
    texts = [*KINDS["html"][:6], *KINDS["svg"]]
    contents = brief_content(notebook_with(*texts))
    pictures = {p: c for p, c in asset_files("x", contents).items() if p.endswith(".svg")}
    assert len(pictures) == len(texts)
    write(tmp_path, pictures)
    for path, text in zip(pictures, texts, strict=True):
        page = watched.open(tmp_path / path)
        assert page.evaluate("document.querySelector('title').textContent") == text
    assert (watched.dialogs, watched.errors) == ([], [])
    assert watched.loaded() == [(tmp_path / path).as_uri() for path in pictures]


def test_an_index_of_hostile_texts_is_inert(watched, tmp_path):
    failed = {"outcome": "failed", "notebook": "x", "parameters": {}, "files": {}}
    briefs = {
        f"n{place}": {**failed, "title": text, "error": text} for place, text in enumerate(TEXTS)
    }
    path = tmp_path / "index.html"
    path.write_text(index_page({"briefs": briefs}, all_scores()), encoding="utf-8")
    page = watched.open(path)
    for text in TEXTS[:5]:
        page.get_by_label("Find a brief").fill(text)
        assert page.locator("tbody tr:visible th").first.text_content().strip().startswith(text[:9])
    assert page.evaluate("document.scripts.length") == 1
    assert (watched.dialogs, watched.errors) == ([], [])
    assert watched.loaded() == [path.as_uri()]
