"""Figures by their artists and words: gaps, labels, alt texts with the numbers."""

import re
import xml.etree.ElementTree as ET

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest

from analysis.correlations.decomposition import pair_correlations
from analysis.parameters import Window
from analysis.presentation import country_brief, region_brief, style, trajectory_figure
from analysis.presentation.category_figure import _draw_steps, category_figure
from analysis.presentation.country_story import load_country
from analysis.presentation.group_means import means
from analysis.presentation.region_figures import class_count_figure, standing_figure
from analysis.presentation.region_story import load_region
from analysis.presentation.trajectory_figure import runs
from analysis.presentation.trajectory_figure import trajectory_figure as draw_trajectory


def series(values, country="Poland", basis="printed"):
    """Return a series of scores from edition -> score."""
    rows = [
        (country, "POL", edition, score, basis, "Semi-Consolidated Democracy")
        for edition, score in values.items()
    ]
    columns = ["country", "iso3", "edition", "score", "basis", "regime_class"]
    return pd.DataFrame(rows, columns=columns)


@pytest.fixture
def canvases(monkeypatch):
    """Return the figures that are drawn, before they become SVG."""
    drawn = []

    def keep(draw, *, narrow):
        with mpl.rc_context():
            drawn.append(draw(narrow))
        return "<svg/>"

    monkeypatch.setattr(style, "svg_of", keep)
    return drawn


def test_runs_break_where_an_edition_is_missing():
    found = [run["edition"].tolist() for run in runs(series({2008: 4, 2005: 4, 2006: 4, 2010: 4}))]
    assert found == [[2005, 2006], [2008], [2010]]


def test_a_gap_in_the_data_is_a_gap_in_the_line(canvases):
    own = series({2005: 5.0, 2006: 4.9, 2009: 4.5, 2010: 4.4})
    other = series({2005: 2.0, 2006: 2.1, 2007: 2.2}, "Latvia")
    draw_trajectory(pd.concat([own, other]), "Poland", Window(2005, 2010), "It fell")
    for canvas in canvases:
        [axes] = canvas.axes
        solid = [line for line in axes.lines if line.get_color() == style.ACCENT]
        assert [list(line.get_xdata()) for line in solid] == [[2005, 2006], [2009, 2010]]
        grey = [line for line in axes.lines if line.get_color() == style.GREY]
        assert [list(line.get_ydata()) for line in grey] == [[2.0, 2.1, 2.2]]
        assert {"5.00", "4.40"} <= {text.get_text() for text in axes.texts}
        assert axes.get_ylim() == (1, 7)


def test_derived_points_are_hollow_and_scores_without_ratings_are_diamonds(canvases):
    parts = [
        series({2005: 5.0}),
        series({2006: 4.9}, basis="derived"),
        series({2007: 4.8}, basis="score only"),
    ]
    own = pd.concat(parts, ignore_index=True)
    figure = draw_trajectory(own, "Poland", Window(2005, 2007), "It fell")
    markers = {
        (line.get_marker(), line.get_markerfacecolor()): list(line.get_xdata())
        for line in canvases[0].axes[0].lines
        if line.get_marker() in ("o", "D")
    }
    assert markers == {("o", style.ACCENT): [2005], ("o", "white"): [2006], ("D", "white"): [2007]}
    assert "Hollow circles" in figure.caption
    assert "Diamonds" in figure.caption


def test_the_caption_names_the_missing_editions_and_the_alt_text_the_numbers(canvases):
    own = series({2005: 5.0, 2006: 4.5, 2009: 4.75})
    figure = draw_trajectory(own, "Poland", Window(2005, 2010), "It fell")
    assert "Not known: 2007-2008, 2010." in figure.caption
    assert "from 5.00 in the 2005 edition to 4.75 in the 2009 edition" in figure.alt
    assert "one annual decline and no rises" in figure.alt
    assert "lowest in 2006 (4.50)" in figure.alt
    assert len(canvases) == 2


def test_each_rating_holds_for_its_edition_and_stops_at_a_gap():
    axes = style.blank(2, 2).subplots()
    line = pd.DataFrame({"edition": [2005, 2006, 2009], "rating": [3.0, 3.25, 3.5]})
    _draw_steps(axes, line, style.ACCENT, 2.0)
    assert [(line.get_xdata()[0], line.get_xdata()[-1]) for line in axes.lines] == [
        (2004.5, 2006.5),
        (2008.5, 2009.5),
    ]


def test_seven_small_multiples_share_the_whole_scale(canvases):
    story = load_country("Kazakhstan", 2009, 2018)
    figure = category_figure(story.panel, "Kazakhstan", story.window, "It fell")
    assert "Civil Society 2.50 to 1.25" in figure.alt
    assert "Electoral Process 1.25 throughout" in figure.alt
    for canvas in canvases:
        panels = [axes for axes in canvas.axes if axes.get_title(loc="left")]
        assert len(panels) == 7
        assert all(axes.get_ylim()[0] < 1 < 7 < axes.get_ylim()[1] for axes in panels)


def test_columns_of_classes_count_every_country_once(canvases):
    story = load_region("all", 2005, 2024)
    figure = class_count_figure(story.series, 29, story.window, "t")
    for canvas in canvases:
        heights = {}
        for bar in canvas.axes[0].patches:
            edition = round(bar.get_x() + bar.get_width() / 2)
            heights[edition] = heights.get(edition, 0) + bar.get_height()
        assert heights == dict.fromkeys(range(2005, 2025), 29)
    by_class = story.series[story.series["edition"] == 2024]["regime_class"].value_counts()
    last = figure.alt.rsplit("Edition 2024: ", 1)[1]
    for name, n in by_class.items():
        assert f"{name} {n}" in last
    assert f"not known {29 - by_class.sum()}" in last


def test_the_heat_map_has_a_cell_for_every_known_score(canvases):
    story = load_region("Balkans", 2005, 2024)
    figure = standing_figure(story.series, story.window, "t")
    for canvas in canvases:
        assert len(canvas.axes[0].patches) == len(story.series)
    assert f"with {len(story.series)} known scores" in figure.alt
    for name, line in story.series.groupby("country"):
        last = line.sort_values("edition").iloc[-1]
        assert f"{name} {last['score']:.2f} ({last['edition']})" in figure.alt


def assert_told(figure):
    """Check that a figure has words of its own, and an alt text with the numbers."""
    assert figure.alt not in (figure.caption, figure.title, figure.subtitle)
    assert len(re.findall(r"\d", figure.alt)) >= 4
    assert figure.alt.endswith(".")
    assert not figure.title.endswith(".")
    assert figure.source.startswith("Source: Freedom House")
    for text in (figure.title, figure.subtitle, figure.caption, figure.alt):
        assert not re.search(r"\bnan\b|\bNone\b|  ", text), text


def assert_safe(svg):
    """Check that a picture holds nothing but drawing."""
    root = ET.fromstring(svg)
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    names = {element.tag.rpartition("}")[2] for element in root.iter()}
    assert not names & {"script", "foreignObject", "image", "text"}, "type is drawn"
    addresses = [v for e in root.iter() for k, v in e.attrib.items() if k.endswith("href")]
    assert all(address.startswith("#") for address in addresses)
    assert not names & {"date", "creator"}, "no time and no version of a library"


@pytest.mark.parametrize(
    "section", [country_brief.trajectory, country_brief.categories], ids=lambda f: f.__name__
)
def test_figures_of_a_country_are_told_safe_and_the_same_when_drawn_again(section):
    story = load_country("Kosovo", 2005, 2024)
    figure, again = section(story), section(story)
    assert_told(figure)
    assert_safe(figure.svg)
    assert_safe(figure.svg_narrow)
    assert figure == again
    assert figure.svg != figure.svg_narrow


@pytest.mark.parametrize(
    "section",
    [region_brief.class_counts, region_brief.standing, means, region_brief.correlations],
    ids=lambda f: f.__name__,
)
def test_figures_of_the_region_are_told_and_safe(section):
    figure = section(load_region("Balkans", 2005, 2024))
    assert_told(figure)
    assert_safe(figure.svg)
    assert_safe(figure.svg_narrow)


def test_correlations_that_are_missing_are_said_to_be(canvases):
    from analysis.presentation.correlation_figure import correlation_figure

    table = load_region("all", 2005, 2024).pairs
    within = table["level"] == "within"
    table = table.assign(r=table["r"].where(~within), low=table["low"].where(~within))
    figure = correlation_figure(table, "t", ["within", "between"])
    for canvas in canvases:
        within_axes = canvas.axes[0]
        assert {text.get_text() for text in within_axes.texts} == {"–"}
    assert "Within countries: not estimable." in figure.alt
    between = table[table["level"] == "between"]["r"]
    assert f"21 pairs from {between.min():.2f}" in figure.alt


def test_labels_move_apart_and_stay_in_bounds():
    placed = style.spread([4.0, 4.1, 4.05, 6.9], 0.4, 1, 7)
    ordered = sorted(placed)
    assert min(np.diff(ordered)) >= 0.4 - 1e-9
    assert ordered[-1] <= 7
    assert np.argsort(placed).tolist() == [0, 2, 1, 3]
    assert style.spread([2.0, 5.0], 0.4, 1, 7) == [2.0, 5.0]


@pytest.mark.parametrize(
    ("first", "last", "labels"),
    [
        (2005, 2024, ["2005", "’10", "’15", "’20", "’24"]),
        (2018, 2018, ["2018"]),
        (2009, 2011, ["2009", "’11"]),
    ],
)
def test_years_are_labelled_at_the_ends_and_every_five(first, last, labels):
    axes = style.blank(3, 2).subplots()
    style.year_axis(axes, first, last)
    assert [text.get_text() for text in axes.get_xticklabels()] == labels


def test_the_colours_of_classes_survive_grey_printing():
    from matplotlib.colors import to_rgb

    assert set(style.CLASS_COLOURS) == set(style.CLASS_BANDS) == set(style.CLASS_OUTLINES)
    grey = {c: np.dot(to_rgb(v), (0.299, 0.587, 0.114)) for c, v in style.CLASS_COLOURS.items()}
    assert grey["CD"] < grey["SCD"] < grey["THR"] > grey["SCAR"] > grey["CAR"]


def test_rounding_of_seven_ratings_leaves_the_band_that_is_drawn():
    draws = np.random.default_rng(0).uniform(-0.125, 0.125, (200_000, 7)).mean(axis=1)
    assert np.quantile(np.abs(draws), 0.95) == pytest.approx(trajectory_figure.ROUNDING, abs=0.005)


def test_correlations_of_too_few_countries_make_a_figure_that_says_so(canvases):
    from analysis.correlations.decomposition import cross_product_shares
    from analysis.presentation.correlation_tables import levels_compared, matrices, support
    from analysis.rating_system import CATEGORIES

    wide = load_region("Balkans", 2005, 2024).wide
    wide = wide[wide["country"].isin(["Kosovo", "Serbia"])]
    table = pair_correlations(wide, list(CATEGORIES))
    assert matrices(table).title == "Too few countries for correlations"
    assert len(canvases) == 2
    assert {row[1].text for row in support(table).rows} == {"–"}
    shares = cross_product_shares(wide, list(CATEGORIES))
    compared = levels_compared(table, shares)
    assert {row[0].text for row in compared.rows} >= {"Pooled (misleading)"}
