"""The Tab key alone reaches everything, shows where it is, and Enter, Space and arrows work it."""

import pytest

from .chromium import comes_true

pytestmark = pytest.mark.slow

REACHABLE = "a[href], button, input, select, summary, [tabindex='0']"
LISTED = f"""() => [...document.querySelectorAll("{REACHABLE}")]
    .filter(e => e.checkVisibility()).map((e, place) => e.dataset.place = String(place))"""
FOCUSED = """() => {
    const at = document.activeElement;
    if (at === document.body) return null;
    const style = getComputedStyle(at);
    const seen = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0;
    return [at.dataset.place, seen, at.textContent.trim().slice(0, 40)];
}"""


def tabbed(page):
    """Return the places, in their order, of what is reached, and what does not show its focus."""
    places, unseen = [], []
    while found := pressed(page):
        place, seen, text = found
        if places and place in places:
            break
        places.append(place)
        unseen += [] if seen else [(place, text)]
    return places, unseen


def pressed(page):
    page.keyboard.press("Tab")
    return page.evaluate(FOCUSED)


def until(page, text):
    """Press Tab until what has the focus begins with a text."""
    for _ in range(300):
        if (found := pressed(page)) and found[2].startswith(text):
            return
    raise AssertionError(f"{text!r} is never reached")


@pytest.mark.parametrize(
    "path",
    ["HUN/HUN.html", "region/region.html", "pair/pair.html", "index.html", "explore.html"],
)
def test_tab_reaches_everything_in_order_and_shows_where_it_is(watched, site, path):
    page = watched.open(site / path)
    if path == "explore.html":
        page.wait_for_selector("body[data-ready]")
    everything = page.evaluate(LISTED)
    places, unseen = tabbed(page)
    assert len(everything) > 20
    assert places == everything, "all, in the order in which they stand"
    assert unseen == []


def test_a_brief_is_worked_by_keys(watched, site):
    page = watched.open(site / "HUN/HUN.html")
    until(page, "How this is known")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.parentNode.open")
    assert page.locator("details[open]").first.inner_text().count(" ") > 10
    page.keyboard.press("Space")
    assert not page.evaluate("document.activeElement.parentNode.open")
    page.reload()
    until(page, "SVG")
    page.keyboard.press("Enter")
    page.wait_for_url("**/*.svg")  # a file of the disk is shown, one of a server is saved
    page.go_back()
    until(page, "All briefs")
    page.keyboard.press("Enter")
    page.wait_for_url("**/index.html")


def test_the_index_is_worked_by_keys(watched, site):
    page = watched.open(site / "index.html")
    until(page, "first edition")
    page.keyboard.press("ArrowDown")
    comes_true(page, "location.hash == '#since=2005'")
    until(page, "Score")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.parentNode.getAttribute('aria-sort')") == (
        "descending"
    )
    until(page, "Hungary")
    page.keyboard.press("Enter")
    page.wait_for_url("**/HUN/HUN.html")


def test_the_page_to_explore_is_worked_by_keys(watched, site):
    page = watched.open(site / "explore.html")
    page.wait_for_selector("body[data-ready]")
    until(page, "Democracy Score")
    page.keyboard.press("ArrowDown")
    comes_true(page, "location.hash.includes('m=NDG')")
    until(page, "Choose none")
    page.keyboard.press("Enter")
    comes_true(page, "location.hash.startsWith('#c=&')")
    pressed(page)
    page.keyboard.press("Space")
    comes_true(page, "location.hash.startsWith('#c=BGR&')")
    for name, ending in (("Save as SVG", "svg"), ("Save as PNG", "png"), ("Save as CSV", "csv")):
        until(page, name)
        with page.expect_download() as waited:
            page.keyboard.press("Enter")
        assert waited.value.suggested_filename.endswith(ending)
