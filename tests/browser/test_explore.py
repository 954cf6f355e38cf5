"""The page to explore in a browser: choices, their address, what is saved, without scripts too."""

import csv
import io
from itertools import pairwise

import pytest
from PIL import Image, ImageStat

from analysis.tables.stored import read_processed

from .chromium import comes_true

pytestmark = pytest.mark.slow


def opened(watched, site, address=""):
    page = watched.page
    page.goto((site / "explore.html").as_uri() + address)
    page.wait_for_selector("body[data-ready]")
    return page


def table_of(page):
    """Return heading -> cells of the table as shown."""
    lines = page.locator("#values tr").all()
    return {
        line.locator("th").first.inner_text(): line.locator("td").all_inner_texts()
        for line in lines[1:]
    }


def shown(page):
    return page.locator("#lines svg").text_content()


def test_an_address_holds_a_choice(watched, site):
    page = opened(watched, site, "#c=HUN,POL&m=IM&from=2010&to=2012")
    panel = read_processed("panel")
    ratings = panel[(panel["category"] == "IM") & panel["edition"].between(2010, 2012)]
    expected = {
        name: [f"{value:.2f}" for value in ratings.loc[ratings["country"] == name, "rating"]]
        for name in ("Hungary", "Poland")
    }
    assert table_of(page) == expected
    assert page.locator("#table").inner_text() == "Independent Media, 2010 to 2012"
    assert "Hungary" in shown(page)
    assert "Hungary from" in page.locator("#lines").get_attribute("aria-label")
    assert not watched.errors


def test_one_edition_is_named_once(watched, site):
    page = opened(watched, site, "#c=HUN,POL&from=2010&to=2010")
    assert page.locator("#table").inner_text() == "Democracy Score, 2010"
    assert "2010 to 2010" not in page.locator("body").inner_text()
    assert "Hungary 5.61 in 2010; Poland 5.68 in 2010." in (
        page.locator("#lines").get_attribute("aria-label")
    )


def test_what_is_chosen_is_drawn_told_and_in_the_address(watched, site):
    page = opened(watched, site, "#c=HUN")
    page.get_by_label("Poland").check()
    page.get_by_label("Show").select_option("Corruption")
    page.get_by_label("From", exact=True).select_option("2015")
    assert page.url.endswith("#c=HUN,POL&m=CO&from=2015")
    assert list(table_of(page)) == ["Hungary", "Poland"]
    comes_true(page, "document.querySelector('#lines svg').textContent.includes('Poland')")
    page.get_by_label("Choose a group").select_option("All countries")
    assert len(table_of(page)) == 29
    page.get_by_label("Compare").select_option("within countries")
    comes_true(page, "document.getElementById('correlation').textContent.includes('29 countries')")
    page.get_by_role("button", name="Choose none").click()
    assert table_of(page) == {}
    assert page.url.endswith("#c=&m=CO&from=2015&level=within")
    assert not watched.errors


def test_a_link_to_the_table_leaves_what_is_chosen(watched, site):
    page = opened(watched, site, "#c=HUN&m=CO")
    page.get_by_role("link", name="Skip to the table").press("Enter")
    comes_true(page, "document.activeElement.id == 'values'")
    assert list(table_of(page)) == ["Hungary"]
    assert page.url.endswith("#c=HUN&m=CO")


def test_a_group_can_be_chosen_again(watched, site):
    page = opened(watched, site)
    group = page.get_by_label("Choose a group")
    for _ in range(2):
        group.select_option("Visegrad")
        assert list(table_of(page)) == ["Czech Republic", "Hungary", "Poland", "Slovakia"]
        assert group.input_value() == "Visegrad"
        page.get_by_role("button", name="Choose none").click()
        assert group.input_value() == ""


@pytest.mark.parametrize("address", ["#c=XXX", "#c=", "#c=&level=within&from=2020&to=2010"])
def test_where_nothing_is_chosen_it_says_so(watched, site, address):
    page = opened(watched, site, address)
    assert "No country is chosen." in shown(page)
    assert "Fewer than two points" in page.locator("#scatter svg").text_content()
    assert not watched.errors


def test_from_a_dark_screen_it_is_printed_on_white(browser, site):
    page = browser.new_page(color_scheme="dark")
    page.goto((site / "explore.html").as_uri())
    page.wait_for_selector("body[data-ready]")
    page.emulate_media(media="print", color_scheme="dark")
    for place in ("#lines", "#scatter"):
        shot = Image.open(io.BytesIO(page.locator(place).screenshot())).convert("L")
        darkest, _ = shot.getextrema()
        assert darkest < 120, "letters are dark"
        assert ImageStat.Stat(shot).median[0] > 240
    page.close()


@pytest.mark.parametrize("address", ["#c=HUN,AZE,BLR,TJK,TKM,UZB,RUS", "#c=EST,LVA,SVN&m=EP"])
def test_names_at_the_ends_of_lines_do_not_cover_each_other(watched, site, address):
    opened(watched, site, address)
    texts = watched.page.locator("#lines .mark-text.role-mark text")
    places = sorted(text.bounding_box()["y"] for text in texts.all())
    assert len(places) == address.count(",") + 1
    assert all(lower - upper > 12 for upper, lower in pairwise(places))


def test_few_countries_have_no_correlation(watched, site):
    page = opened(watched, site, "#c=HUN,POL,KAZ,UZB")
    assert page.locator("#correlation").inner_text() == (
        "No correlation is given for fewer than 5 countries."
    )


def test_the_correlation_between_countries_is_that_of_their_means(watched, site):
    codes = ["ALB", "HUN", "KAZ", "POL", "SVN", "UKR"]
    page = opened(watched, site, f"#c={','.join(codes)}&x=EP&y=NDG")
    panel = read_processed("panel")
    wide = panel[panel["iso3"].isin(codes)].pivot(
        index=["iso3", "edition"], columns="category", values="rating"
    )
    means = wide[["EP", "NDG"]].dropna().groupby("iso3").mean()
    r = means["EP"].corr(means["NDG"])
    assert (
        f"Correlation {r:.2f}, of 6 points of 6 countries"
        in page.locator("#correlation").inner_text()
    )


@pytest.mark.parametrize(("button", "start"), [("SVG", b"<svg"), ("PNG", b"\x89PNG")])
@pytest.mark.parametrize(("place", "name"), [(0, "DS"), (1, "JFI-CO-between")])
def test_a_picture_is_saved_with_title_and_source(watched, site, button, start, place, name):
    page = opened(watched, site, "#c=HUN,POL")
    with page.expect_download() as waited:
        page.get_by_role("button", name=f"Save as {button}").nth(place).click()
    content = waited.value.path().read_bytes()
    assert content.startswith(start)
    saved = f"nations-in-transit-{name}-2005-2024.{button.lower()}"
    assert waited.value.suggested_filename == saved
    if button == "SVG":
        assert b"Source: Freedom House" in content


@pytest.mark.parametrize("place", [0, 1])
def test_a_picture_saved_from_a_dark_screen_is_light(watched, site, place):
    saved = []
    for scheme in ("light", "dark"):
        watched.page.emulate_media(color_scheme=scheme)
        page = opened(watched, site, "#c=HUN,POL,EST,LVA,BGR,ROU")
        for button in ("SVG", "PNG"):
            with page.expect_download() as waited:
                page.get_by_role("button", name=f"Save as {button}").nth(place).click()
            saved.append(waited.value.path().read_bytes())
    svg, png, *from_dark = saved
    assert from_dark == [svg, png]
    assert ImageStat.Stat(Image.open(io.BytesIO(png)).convert("L")).median[0] == 255
    assert not watched.errors


def test_values_are_saved_as_they_are(watched, site):
    page = opened(watched, site, "#c=GEO&m=CS&from=2018")
    with page.expect_download() as waited:
        page.get_by_role("button", name="Save as CSV").click()
    assert waited.value.suggested_filename == "nations-in-transit-CS-2018-2024.csv"
    text = waited.value.path().read_text(encoding="utf-8-sig")
    panel = read_processed("panel")
    known = panel[
        (panel["iso3"] == "GEO") & (panel["category"] == "CS") & (panel["edition"] >= 2018)
    ]
    saved = {
        int(line["edition"]): (float(line["value"]), line["known"])
        for line in csv.DictReader(io.StringIO(text))
        if line["value"]
    }
    expected = zip(known["edition"], known["rating"], known["status"], strict=True)
    assert saved == {edition: (rating, status) for edition, rating, status in expected}


def test_every_value_is_in_the_page(watched, site):
    page = opened(watched, site)
    data = page.evaluate("JSON.parse(document.getElementById('data').textContent)")
    panel = read_processed("panel")
    said = {
        (measure, iso3, 2005 + place): value
        for measure, countries in data["values"].items()
        for iso3, values in countries.items()
        for place, value in enumerate(values)
        if value is not None
    }
    columns = zip(*(panel[name] for name in ("category", "iso3", "edition", "rating")), strict=True)
    ratings = {(category, iso3, edition): rating for category, iso3, edition, rating in columns}
    assert {key: value for key, value in said.items() if key[0] != "DS"} == ratings
    assert len([key for key in said if key[0] == "DS"]) == 578


def test_the_keyboard_alone_chooses(watched, site):
    page = opened(watched, site, "#c=HUN")
    page.get_by_label("Poland").focus()
    page.keyboard.press("Space")
    assert page.url.endswith("#c=HUN,POL")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.value") == "ROU"


def test_without_scripts_there_is_the_table_of_all_scores(browser, site):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto((site / "explore.html").as_uri())
    scores = table_of(page)
    assert len(scores) == 29
    assert {len(cells) for cells in scores.values()} == {20}
    assert not page.get_by_label("Show").is_visible()
    context.close()


def test_the_page_is_made_anew_only_where_something_changed(site):
    from analysis.export.explore import explore_page

    from .conftest import all_scores

    panel, before = read_processed("panel"), (site / "explore.html").read_text(encoding="utf-8")
    assert explore_page(panel, all_scores(), before) is before
    changed = panel.assign(rating=panel["rating"].where(panel.index != 0, 1.0))
    assert explore_page(changed, all_scores(), before) != before
    assert len(before.encode()) < 1_500_000
