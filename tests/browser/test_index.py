"""The index in use: a plain table without its script, sorting and searching with it."""

import re

import pytest

from analysis.export.index import index_page

from .chromium import comes_true
from .conftest import FAILURE, all_scores

pytestmark = pytest.mark.slow


@pytest.fixture
def index(watched, site):
    return watched.open(site / "index.html")


def column(page, place):
    """Return what the visible rows show in a column, its first line."""
    cells = page.locator(f"tbody tr:visible > :nth-child({place})").all_text_contents()
    return [cell.split()[0] if cell.split() else "" for cell in cells]


def test_without_script_it_is_a_plain_table(browser, site):
    page = browser.new_page(java_script_enabled=False)
    page.goto((site / "index.html").as_uri())
    assert page.locator("tbody tr").count() == 32
    assert page.locator("button, form:visible").count() == 0
    assert page.locator("thead th").all_text_contents()[2:5] == ["Class", "Score", "Change"]
    page.close()


def test_a_click_on_a_head_sorts_by_numbers_and_turns_round(index):
    index.get_by_role("button", name="Score").click()
    falling = [score for score in column(index, 4) if score]
    assert falling == sorted(falling, key=float, reverse=True), "the most democratic first"
    latest = all_scores().sort_values("edition").groupby("country")["score"].last()
    assert falling[-1] == f"{latest.min():.2f}"
    head = index.locator("thead th").nth(3)
    assert head.get_attribute("aria-sort") == "descending"
    index.get_by_role("button", name="Score").click()
    rising = [score for score in column(index, 4) if score]
    assert rising == sorted(falling, key=float)
    assert head.get_attribute("aria-sort") == "ascending"
    for _ in range(2):
        index.get_by_role("button", name="Class").click()
        assert column(index, 3)[-1] == "", "a brief without a class stays at the end"
    index.get_by_role("button", name="Brief").click()
    assert index.locator("[aria-sort]").count() == 1


def test_it_is_used_by_keyboard_alone(index):
    index.keyboard.press("Tab")
    index.keyboard.press("Enter")
    index.keyboard.press("Tab")
    assert index.evaluate("document.activeElement.id") == "find", "the skip link leads past the map"
    index.keyboard.type("balkans")
    index.keyboard.press("Tab")
    assert index.evaluate("document.activeElement.id") == "since"
    index.keyboard.press("Tab")
    assert index.evaluate("document.activeElement.textContent") == "Brief"
    for _ in range(4):
        index.keyboard.press("Tab")
    assert index.evaluate("document.activeElement.textContent") == "Change"
    index.keyboard.press("Space")
    changes = [float(text.replace("−", "-")) for text in column(index, 5) if text]
    assert changes == sorted(changes, reverse=True)


def test_a_link_to_the_table_leaves_search_and_order(index):
    index.get_by_label("Find a brief").fill("visegrad")
    index.get_by_role("button", name="Score").click()
    address, found = index.url, column(index, 1)
    index.get_by_role("link", name="Skip to the table").press("Enter")
    comes_true(index, "document.activeElement.id == 'briefs'")
    assert column(index, 1) == found
    assert index.url == address


def test_eu_does_not_find_eurasia_and_a_group_finds_its_members(index):
    index.get_by_label("Find a brief").fill("EU")
    names = set(column(index, 1))
    assert "Hungary" in names
    assert not names & {"Armenia", "Kazakhstan", "Ukraine"}
    index.get_by_label("Find a brief").fill("visegrad")
    assert {"Hungary", "Poland", "Slovakia"} <= set(column(index, 1))


def test_changes_are_counted_from_a_chosen_edition_and_the_address_keeps_it(index, browser):
    index.get_by_label("Change since").select_option("2015")
    index.get_by_role("button", name="Change").click()
    index.get_by_label("Find a brief").fill("hun")
    own = all_scores().query("country == 'Hungary'").set_index("edition")["score"]
    assert column(index, 5) == [f"{own.iloc[-1] - own[2015]:+.2f}".replace("-", "−")]
    address = index.evaluate("location.href")
    again = browser.new_page()
    again.goto(address)
    assert column(again, 1) == column(index, 1)
    assert column(again, 5) == column(index, 5)
    assert again.locator("thead th").nth(4).get_attribute("aria-sort") == "descending"
    again.close()


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("FYROM", ["North"]),
        ("hun", ["Hungary"]),
        ("  TRANSITIONAL eurasia ", ["Armenia", "Georgia", "Moldova", "Ukraine"]),
        ("2010–2020", ["Poland"]),
        ("2010-2020", ["Poland"]),
        ("Hungary,", ["Hungary"]),
        ("two", []),
        ("no such country", []),
    ],
)
def test_a_search_shows_what_it_finds_and_says_how_many(index, query, names):
    index.get_by_label("Find a brief").fill(query)
    found = column(index, 1)
    assert set(names) <= set(found)
    assert len(found) <= max(len(names), 1) + 1
    status = index.get_by_role("status")
    assert status.text_content() == f"{len(found)} of 32 briefs"
    assert status.get_attribute("aria-live") == "polite"
    index.get_by_label("Find a brief").fill("")
    assert status.text_content() == "32 of 32 briefs"


def test_equal_briefs_stay_in_the_order_of_their_names(index):
    for _ in range(2):
        index.get_by_role("button", name="Class").click()
        classes, names = column(index, 3), column(index, 1)
        for own in filter(None, set(classes)):
            same = [name for name, one in zip(names, classes, strict=True) if one == own]
            assert same == sorted(same)


def test_a_bookmark_opened_in_the_same_window_shows_what_it_holds(watched, site):
    address = (site / "index.html").as_uri()
    page = watched.open(site / "index.html")
    begun = column(page, 1)
    page.goto(f"{address}#find=hun&sort=score&down=1&since=2010")
    page.goto(f"{address}#find=")
    comes_true(page, "document.getElementById('since').value === ''")
    assert column(page, 1) == begun
    assert page.locator("[aria-sort]").count() == 0
    assert page.url == address, "nothing is chosen, so the address holds nothing"


def test_a_change_that_cannot_be_counted_says_why(index):
    index.get_by_label("Find a brief").fill("2010-2020")
    told = index.locator("tbody tr:visible .nit-change .nit-detail")
    for edition, why in ((2005, "starts in 2010"), (2012, "since 2012"), (2020, "ends in 2020")):
        index.get_by_label("Change since").select_option(str(edition))
        assert told.text_content() == why


def test_a_change_of_a_group_is_rounded_as_everywhere(watched, tmp_path):
    made = {"notebook": "6_comparison_brief", "parameters": {"countries": "Central Europe"}}
    page = index_page({"briefs": {"ce": {"title": "Central Europe", **made}}}, all_scores())
    (tmp_path / "index.html").write_text(page, encoding="utf-8")
    index = watched.open(tmp_path / "index.html")
    index.get_by_label("Change since").select_option("2019")
    assert column(index, 5) == ["−0.18"], "-0.175 exactly"


@pytest.mark.parametrize("frame", ["srcdoc", "blob"])
@pytest.mark.parametrize("name", ["index", "explore"])
def test_in_a_frame_without_an_origin_it_works_all_the_same(watched, site, name, frame):
    page = watched.page
    page.set_content("<iframe sandbox='allow-scripts' width=900 height=900></iframe>")
    text = (site / f"{name}.html").read_text(encoding="utf-8")
    blob = "URL.createObjectURL(new Blob([text], {type: 'text/html'}))"
    fill = {"srcdoc": "frame.srcdoc = text", "blob": f"frame.src = {blob}"}[frame]
    page.evaluate(f"text => {{ const frame = document.querySelector('iframe'); {fill} }}", text)
    inside = page.frame_locator("iframe")
    if name == "index":
        for words, found in (("hun", "Hungary"), ("", "Albania")):
            inside.get_by_label("Find a brief").fill(words)
            assert inside.locator("tbody th:visible", has_text=found).count()
        inside.get_by_role("button", name="Score").click()
    else:
        inside.locator("body[data-ready]").wait_for()
        inside.get_by_label("Estonia").check()
        inside.locator("#values tbody th", has_text="Estonia").wait_for(timeout=5000)
    assert not watched.errors


def test_what_a_browser_keeps_in_another_shape_does_no_harm(browser, site, tmp_path):
    path = tmp_path / "index.html"
    path.write_text((site / "index.html").read_text(encoding="utf-8"), encoding="utf-8")
    page = browser.new_page()
    for kept in ("5", "{}", '"x"', "[1, 2]", "no JSON"):
        page.goto(path.as_uri())
        page.evaluate("kept => localStorage.setItem(`nit-builds ${location.pathname}`, kept)", kept)
        page.reload()
        assert page.get_by_role("status").text_content() == "32 of 32 briefs"
    page.close()


def test_what_is_new_since_the_last_build_is_told_and_found(browser, site, tmp_path):
    text = (site / "index.html").read_text(encoding="utf-8")
    path = tmp_path / "index.html"
    context = browser.new_context()
    page = context.new_page()

    def told():
        page.goto(path.as_uri())
        return page.locator("form + p").inner_text() if page.is_visible("form + p") else ""

    path.write_text(text, encoding="utf-8")
    assert told() == "", "there is no build before the first"
    line = re.search('data-name="HUN" data-digest="([0-9a-f]+)"', text)
    path.write_text(text.replace(line[0], line[0].replace(line[1], "0" * 12)), encoding="utf-8")
    for _ in range(2):
        assert "1 of 32 briefs" in told(), "it is told until the next build"
    page.get_by_role("link", name="new", exact=True).click()
    # The page hears of its new address when the browser has time.
    comes_true(page, "document.querySelectorAll('tbody tr:not([hidden])').length < 32")
    assert column(page, 1) == ["Hungary"]
    assert page.locator(".nit-new").text_content() == "new figures"
    context.close()


def test_groups_are_sorted_among_countries_by_their_change_since_an_edition(index):
    index.get_by_label("Change since").select_option("2015")
    index.get_by_role("button", name="Change").click()
    changes = [float(text.replace("−", "-")) for text in column(index, 5) if text != "–"]
    assert changes == sorted(changes, reverse=True)
    wide = all_scores().pivot(index="edition", columns="iso3", values="score")
    moved = wide[["XKX", "KAZ", "TKM"]].mean(axis=1).diff(9)[2024]
    place = column(index, 1).index("pair")
    assert column(index, 5)[place] == f"{moved:+.2f}".replace("-", "−")


def test_failures_are_told_at_the_top(index):
    told = index.locator(".nit-problems li").all_text_contents()
    assert told == [f"Azerbaijan: {FAILURE}", f"Ukraine: {FAILURE}"]
    assert index.locator("main b").count() == 0


def test_a_tile_leads_to_its_brief(index):
    index.get_by_role("link", name="HUN Hungary").click()
    assert index.url.endswith("/HUN/HUN.html")
    assert index.locator("h1").text_content() == "Hungary"
    index.get_by_role("link", name="All briefs").click()
    assert index.url.endswith("/index.html")
