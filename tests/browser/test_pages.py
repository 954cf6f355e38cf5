"""Every kind of page in a browser: accessible, as wide as the screen, dark and light, on paper."""

import io
from pathlib import Path

import nbformat
import pandas as pd
import pikepdf
import pytest
from axe_playwright_python.sync_playwright import Axe

from analysis.export.html import HTMLBriefExporter

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]
KINDS = {
    "country": "HUN/HUN.html",
    "region": "region/region.html",
    "comparison": "pair/pair.html",
    "index": "index.html",
    "explore": "explore.html",
}
BY_KIND = pytest.mark.parametrize("path", KINDS.values(), ids=KINDS)
WIDTHS = (320, 390, 768, 1280, 1600)
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


SIGHT = ["color-contrast", "target-size", "scrollable-region-focusable"]
"""The rules that depend on colours and on the window."""


def violations(page, only=None):
    """Return what axe finds wrong, and where."""
    tags, rules = {"type": "tag", "values": RULES}, {"type": "rule", "values": only}
    # All nodes that pass, with the pictures that they hold, would be copied out of the browser.
    options = {"runOnly": rules if only else tags, "resultTypes": ["violations"]}
    found = Axe().run(page, options=options)
    looked_at = len(found.response["passes"])
    assert looked_at >= 2 if only else looked_at > 20, "axe has looked at the page"
    return [
        (rule["id"], [node["html"][:120] for node in rule["nodes"]][:3])
        for rule in found.response["violations"]
    ]


@BY_KIND
def test_axe_finds_nothing_wrong_light_and_dark_wide_and_narrow(watched, site, path):
    page = watched.open(site / path)
    views = (
        ("light", 1280, None),
        ("dark", 360, None),
        ("dark", 1280, SIGHT),
        ("light", 360, SIGHT),
    )
    for scheme, width, only in views:
        page.emulate_media(color_scheme=scheme)
        page.set_viewport_size({"width": width, "height": 900})
        assert violations(page, only) == [], f"{scheme}, {width} pixels"


def overflow(page):
    """Return by how many pixels a page is wider than the window, for each width."""
    found = {}
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        found[width] = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    return found


@BY_KIND
def test_a_page_never_scrolls_sideways(watched, site, path):
    assert overflow(watched.open(site / path)) == dict.fromkeys(WIDTHS, 0)


@pytest.mark.parametrize("path", KINDS.values(), ids=KINDS)
def test_titles_of_tables_are_read_without_scrolling(watched, site, path):
    page = watched.open(site / path)
    cut = "all => all.filter(one => one.getBoundingClientRect().right > innerWidth).length"
    for width in (320, 360, 640):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.eval_on_selector_all("caption", cut) == 0, f"{width} pixels"


def test_the_table_of_the_index_fits_the_narrowest_screen(watched, site):
    page = watched.open(site / "index.html")
    page.set_viewport_size({"width": 320, "height": 800})
    for since in ("", "2021"):
        page.get_by_label("Change since").select_option(since)
        hidden = "table => table.scrollWidth - table.clientWidth"
        assert page.eval_on_selector(".nit-scroll", hidden) == 0


@pytest.fixture
def made():
    """Return the pages in reports/, if all were made."""
    pages = sorted((ROOT / "reports").glob("*/*.html"))
    if len(pages) < 30:
        pytest.skip(f"{len(pages)} briefs in reports/: `make briefs` makes them all")
    return pages


def test_axe_finds_nothing_wrong_on_any_page_that_was_made(watched, made):
    found = {page.name: violations(watched.open(page)) for page in made}
    assert {name: wrong for name, wrong in found.items() if wrong} == {}


def test_no_brief_that_was_made_scrolls_sideways(watched, made):
    wide = {page.name: overflow(watched.open(page)) for page in made}
    assert {name: found for name, found in wide.items() if any(found.values())} == {}


@BY_KIND
def test_a_page_loads_nothing_and_reports_no_error(watched, site, path):
    page = watched.open(site / path)
    page.wait_for_load_state("networkidle")
    assert watched.loaded() == [(site / path).as_uri()]
    assert (watched.errors, watched.dialogs) == ([], [])
    assert page.evaluate("document.fonts.check('16px \"Brief Sans\"')")
    assert page.evaluate("Array.from(document.fonts).filter(f => f.status == 'loaded').length") == 2
    assert page.evaluate("Array.from(document.images).every(i => i.naturalWidth > 100)")


def test_links_lead_to_files_that_are_there(watched, site):
    for name in ("HUN", "region", "pair"):
        page = watched.open(site / name / f"{name}.html")
        links = page.eval_on_selector_all("a[href]", "a => a.map(x => x.getAttribute('href'))")
        local = [link for link in links if not link.startswith(("#", "http"))]
        assert len(local) > 10
        paths = [link.partition("#")[0] for link in local]
        assert [path for path in paths if not (site / name / path).exists()] == []
        anchors = [link[1:] for link in links if link.startswith("#")]
        ids = page.eval_on_selector_all("[id]", "e => e.map(x => x.id)")
        assert set(anchors) <= set(ids)
        assert len(ids) == len(set(ids))


def test_a_page_is_used_by_keyboard(watched, site):
    page = watched.open(site / "HUN" / "HUN.html")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the content"
    box = page.evaluate("document.activeElement.getBoundingClientRect().x")
    assert box >= 0, "the skip link shows itself when it has the focus"
    outlines = set()
    for _ in range(30):
        page.keyboard.press("Tab")
        outlines.add(
            page.evaluate(
                "document.activeElement.matches('body, main *, nav *') &&"
                "getComputedStyle(document.activeElement).outlineStyle"
            )
        )
    assert outlines == {"solid"}


def corner(page, selector):
    """Return the mean brightness, 0 to 255, of the left top of what a selector finds."""
    from PIL import Image, ImageStat

    shot = Image.open(io.BytesIO(page.locator(selector).first.screenshot())).convert("L")
    return ImageStat.Stat(shot.crop((0, 0, 40, 3))).mean[0]


def test_pictures_follow_the_reader_s_preference(watched, site):
    page = watched.open(site / "HUN" / "HUN.html")
    page.emulate_media(color_scheme="light")
    light = corner(page, "figure svg.nit-wide")
    page.emulate_media(color_scheme="dark")
    dark = corner(page, "figure svg.nit-wide")
    assert light > 200
    assert dark < 60


def test_paper_is_white_even_from_dark_mode(watched, site):
    page = watched.open(site / "HUN" / "HUN.html")
    page.emulate_media(color_scheme="light")
    light = page.pdf(prefer_css_page_size=True, print_background=True)
    page.emulate_media(color_scheme="dark")
    dark = page.pdf(prefer_css_page_size=True, print_background=True)
    assert colours(light) == colours(dark)
    with pikepdf.open(io.BytesIO(light)) as paper:
        assert 4 <= len(paper.pages) <= 9


def colours(document):
    """Return the fill colours that the pages and the pictures on them use."""
    with pikepdf.open(io.BytesIO(document)) as pdf:
        streams = [*pdf.pages, *(o for o in pdf.objects if is_form(o))]
        return sorted(
            tuple(round(float(x), 2) for x in operands)
            for stream in streams
            for operands, operator in pikepdf.parse_content_stream(stream)
            if str(operator) in ("rg", "RG")
        )


def is_form(thing):
    return isinstance(thing, pikepdf.Stream) and thing.get("/Subtype") == "/Form"


# What is under each note's own middle, and what its title says.
UNDER = """() => [...document.querySelectorAll('svg.nit-wide path > title')].map(title => {
    const place = title.parentNode;
    if (place.getAttribute('pointer-events') === 'stroke') return null;
    place.scrollIntoView({block: 'center'});
    const box = place.getBoundingClientRect();
    const at = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
    const under = at && at.querySelector('title');
    return [title.textContent, under ? under.textContent : ''];
}).filter(Boolean)"""


def test_words_are_under_the_pointer(watched, site):
    page = watched.open(site / "HUN/HUN.html")
    page.set_viewport_size({"width": 1280, "height": 900})
    said = page.evaluate(UNDER)
    assert len(said) > 140, "seven ratings of twenty editions at least"
    hidden = [words for words, under in said if words != under]
    # Scores of one strip may be equal or nearly so, and then lie on each other.
    assert len(hidden) <= 0.1 * len(said), hidden
    assert all(under for _, under in said)


def test_words_of_a_wide_table_of_one_s_own_stay_whole(watched, tmp_path):
    frame = pd.DataFrame({f"column {n}": ["Poland", "Hungary"] for n in range(20)})
    output = nbformat.v4.new_output("display_data", {"text/html": frame.to_html()})
    cell = nbformat.v4.new_code_cell("frame", execution_count=1, outputs=[output])
    long = nbformat.v4.new_markdown_cell(f"| a |\n|--|\n| {'x' * 900} |")
    notebook = nbformat.v4.new_notebook(cells=[cell, long])
    path = tmp_path / "wide.html"
    path.write_text(HTMLBriefExporter().from_notebook_node(notebook)[0])
    page = watched.open(path)
    page.set_viewport_size({"width": 390, "height": 800})
    heights, width = page.evaluate(
        "[[...document.querySelectorAll('tbody td')].map(cell => cell.offsetHeight),"
        " document.documentElement.scrollWidth]"
    )
    assert max(heights[:-1]) < 40, "no word is broken into lines"
    assert width == 390


def test_lists_run_as_their_first_letter_does(watched, tmp_path):
    cells = [nbformat.v4.new_markdown_cell(f"- {letter} – {letter}") for letter in "aא"]
    path = tmp_path / "lists.html"
    path.write_text(
        HTMLBriefExporter().from_notebook_node(nbformat.v4.new_notebook(cells=cells))[0]
    )
    ways = "[...document.querySelectorAll('li')].map(item => getComputedStyle(item).direction)"
    assert watched.open(path).evaluate(ways) == ["ltr", "rtl"]
