"""Figures by their marks and words: gaps, labels, decompositions, alt texts with the numbers."""

import io
import re
import xml.etree.ElementTree as ET
from dataclasses import replace

import matplotlib as mpl
import matplotlib.image
import numpy as np
import pandas as pd
import pytest
from matplotlib.collections import PolyCollection
from matplotlib.lines import Line2D
from matplotlib.path import Path
from matplotlib.text import Text

from analysis.briefs import palette
from analysis.briefs.comparison import brief as comparison_brief
from analysis.briefs.country import brief as country_brief
from analysis.briefs.country.findings import changes_title
from analysis.briefs.country.story import load_country
from analysis.briefs.figures import style
from analysis.briefs.figures.categories import category_figure, decomposition_figure
from analysis.briefs.figures.chart import spread, write_free, year_labels
from analysis.briefs.figures.region import class_count_figure, map_figure, standing_figure
from analysis.briefs.figures.score import ROUNDING, large_steps, peers_figure
from analysis.briefs.figures.score import trajectory_figure as draw_trajectory
from analysis.briefs.figures.several import correlation_figure, lines_figure, profile_figure
from analysis.briefs.figures.style import Sheet, compact, plot, text_width
from analysis.briefs.labelled import picture
from analysis.briefs.region import brief as region_brief
from analysis.briefs.region.story import load_comparison, load_region
from analysis.briefs.wording import signed
from analysis.correlations.decomposition import pair_correlations
from analysis.facts.countries import COUNTRIES, TILES
from analysis.facts.rating_system import CATEGORIES
from analysis.tables.stored import gapped, read_processed


def open_cells(*cells):
    """Return possible ratings of Poland from edition, category, lowest and highest."""
    columns = ["country", "edition", "category", "lowest", "highest"]
    return pd.DataFrame([("Poland", *cell) for cell in cells], columns=columns)


NOTHING_OPEN = open_cells()


def series(values, country="Poland", basis="printed"):
    """Return a series of scores from edition -> score."""
    rows = [
        (country, "POL", edition, score, basis, "Semi-Consolidated Democracy")
        for edition, score in values.items()
    ]
    columns = ["country", "iso3", "edition", "score", "basis", "regime_class"]
    return pd.DataFrame(rows, columns=columns)


def of_poland(last, scores, possible=NOTHING_OPEN, **changed):
    """Return the story of Poland from 2005 to an edition, with other scores than it has."""
    own = scores[scores["country"] == "Poland"]
    whole = load_country("Poland", 2005, last)
    return replace(whole, series=scores, own=own, possible=possible, **changed)


@pytest.fixture
def drawings(monkeypatch):
    """Return the figures that are drawn, wide and narrow, before they become SVG."""
    drawn = []

    def keep(draw, *, narrow):
        with style.styled():
            drawn.append(draw(narrow))
        return "<svg/>"

    monkeypatch.setattr(style, "svg_of", keep)
    return drawn


def of_role(figure, role, kind=object):
    """Return the artists that stand for something, and show something."""
    found = figure.findobj(lambda artist: artist.get_gid() == role and isinstance(artist, kind))
    return [a for a in found if not isinstance(a, Line2D) or len(a.get_xdata())]


def cells_of(figure, kind):
    """Return the extents of the cells of a grid that stand for something."""
    drawn = of_role(figure, kind, PolyCollection)
    return [path.get_extents() for cells in drawn for path in cells.get_paths()]


def marks_of(figure):
    """Return where the grid of each small multiple starts, and the heights of its lines."""
    grids = [np.array(grid.get_segments()) for grid in of_role(figure, "grid")]
    return [(lines[0, 0, 0], lines[:, 0, 1]) for lines in grids]


def words_of(figure, role):
    return [text.get_text() for text in of_role(figure, role, Text)]


def test_a_gap_in_the_data_is_a_gap_in_the_line(drawings):
    own = series({2005: 5.0, 2006: 4.9, 2009: 4.5, 2010: 4.2})
    other = series({2005: 2.0, 2006: 2.1, 2007: 2.2}, "Latvia")
    draw_trajectory(of_poland(2010, pd.concat([own, other])), "It fell")
    for figure in drawings:
        [line] = of_role(figure, "own", Line2D)
        assert np.isnan(line.get_ydata()).tolist() == [False, False, True, True, False, False]
        low, high = figure.axes[0].get_ylim()
        assert low < high, "a fall goes down the page"
        assert len(of_role(figure, "other")) == 1
        assert {"5.00", "4.20"} <= set(words_of(figure, "halo"))


def test_a_flat_score_is_drawn_on_a_part_of_the_scale_which_is_said(drawings):
    own = series({2005: 1.50, 2006: 1.54, 2007: 1.46})
    near, far = series({2005: 2.0, 2006: 4.1}, "Latvia"), series({2005: 6.0, 2006: 6.1}, "Estonia")
    shown = pd.concat([own, near, far])
    figure = draw_trajectory(of_poland(2007, shown), "It stayed")
    assert "the axis runs from 1 to 3 only" in figure.subtitle
    for drawing in drawings:
        axes = drawing.axes[0]
        assert 0.5 < axes.get_ylim()[0] < 1 < 3 < axes.get_ylim()[1] < 3.5
        [grey] = of_role(drawing, "other")
        # What lies beyond the axis is not drawn: nothing cuts it off in the picture.
        assert grey.get_ydata()[0] == 2.0
        assert np.isnan(grey.get_ydata()[1:]).all()
    assert set(notes_of(drawings[0])) >= {"Latvia"}
    assert "Estonia" not in notes_of(drawings[0])


def test_what_the_facts_leave_possible_fills_a_gap(drawings):
    own = series({2005: 5.0, 2006: 4.0, 2008: 4.1})
    possible = open_cells((2007, "DS", 3.5, 4.5), (2007, "EP", 4.0, 4.25))
    figure = draw_trajectory(of_poland(2008, own, possible), "It fell")
    assert "what the printed facts leave possible (2007, 3.50 to 4.50)" in figure.caption
    for drawing in drawings:
        [bar] = cells_of(drawing, "possible")
        assert bar.bounds == (2006.5, 3.5, 1, 1)
    assert "Poland 2007: not known, from 3.50 to 4.50" in notes_of(drawings[0])


def test_the_possible_ratings_of_a_country_fill_the_gaps_of_its_categories(drawings):
    story = load_country("Albania", 2005, 2024)
    figure = category_figure(story, "t")
    table = read_processed("possible_ratings")
    mine = table[table["country"] == "Albania"]
    assert len(mine)
    assert len(cells_of(drawings[0], "possible")) == len(mine)
    assert "leave possible" in figure.caption
    assert "possible" not in category_figure(load_country("Hungary", 2005, 2024), "t").caption


def test_a_line_with_gaps_has_a_value_or_none_for_each_edition():
    line = gapped(series({2008: 4.0, 2005: 4.1, 2006: 4.2}))
    assert line.index.tolist() == [2005, 2006, 2007, 2008]
    assert line.isna().tolist() == [False, False, True, False]


def test_derived_points_are_hollow_and_scores_without_ratings_are_diamonds(drawings):
    parts = [
        series({2005: 5.0}),
        series({2006: 4.9}, basis="derived"),
        series({2007: 4.8}, basis="score only"),
    ]
    figure = draw_trajectory(of_poland(2007, pd.concat(parts, ignore_index=True)), "It fell")
    [printed], [derived], [only] = (
        of_role(drawings[0], basis) for basis in ("printed", "derived", "score only")
    )
    assert printed.get_markerfacecolor() == palette.ACCENT
    assert derived.get_markerfacecolor() == palette.PAPER
    assert (derived.get_marker(), only.get_marker()) == ("o", "D")
    assert "Hollow circles" in figure.caption
    assert "Diamonds" in figure.caption


def test_the_caption_names_the_missing_editions_and_the_alt_text_the_numbers():
    own = series({2005: 5.0, 2006: 4.5, 2009: 4.75})
    figure = draw_trajectory(of_poland(2010, own), "It fell")
    assert "Not known: 2007–2008, 2010." in figure.caption
    assert "from 5.00 in the 2005 edition to 4.75 in the 2009 edition" in figure.alt
    assert "one annual decline and no rises known" in figure.alt
    assert "lowest in 2006 (4.50)" in figure.alt


@pytest.mark.parametrize(
    ("scores", "told"),
    [
        ({2005: 5.0, 2006: 4.5, 2007: 5.0}, "is 5.00 in the 2005 edition and 5.00 in the 2007 ed"),
        ({2005: 5.0, 2007: 4.5, 2009: 4.0}, "to 4.00 in the 2009 edition; among known scores"),
    ],
)
def test_the_alt_text_tells_no_steps_that_are_not_known_and_no_way_to_where_it_began(scores, told):
    assert told in draw_trajectory(of_poland(2009, series(scores)), "It").alt


def test_a_country_is_named_with_its_article_in_alt_texts():
    story = load_country("Czech Republic", 2005, 2024)
    for draw in (draw_trajectory, category_figure, decomposition_figure, peers_figure):
        figure = draw(story, "It")
        assert not re.search(r"(?<!the )Czech Republic(?:’s| has| in colour)", figure.alt)
        assert "; Czech Republic in colour" not in figure.caption


def test_only_large_steps_between_adjacent_editions_are_labelled():
    own = series({2005: 5.0, 2006: 4.5, 2007: 4.45, 2009: 3.0, 2010: 3.2, 2011: 3.6, 2012: 3.4})
    found = [(edition, round(step, 2)) for edition, step in large_steps(own)]
    # That of 2010 ties with that of 2012, and there is room for three.
    assert found == [(2006, -0.5), (2011, 0.4)]


def test_each_rating_holds_for_its_edition_and_stops_at_a_gap(drawings):
    panel = pd.DataFrame({"edition": [2005, 2006, 2009], "rating": [3.0, 3.25, 3.5]})
    panel = panel.assign(country="Poland", category="EP", status="printed")
    category_figure(of_poland(2010, series({2005: 3.0}), panel=panel), "t")
    [line] = of_role(drawings[0], "own")
    known = ~np.isnan(line.get_ydata())
    # Electoral Process is the second panel.
    (here, _), (there, _) = marks_of(drawings[0])[:2]
    found = line.get_xdata()[known] - there + here
    assert found == pytest.approx([2004.5, 2005.5, 2005.5, 2006.5, 2008.5, 2009.5])
    assert (np.diff(np.flatnonzero(known)) > 1).sum() == 1


@pytest.mark.parametrize(
    ("country", "marks", "told"),
    [("Hungary", [1, 4, 7], ""), ("Kazakhstan", [1, 2, 3], "the axis runs from 1 to 3")],
)
def test_small_multiples_share_a_scale_that_is_told_where_it_is_not_whole(
    drawings, country, marks, told
):
    story = load_country(country, 2005, 2024)
    figure = category_figure(story, "It")
    assert told in figure.subtitle and ("axis" in figure.subtitle) == bool(told)
    for drawn in drawings:
        assert marks_of(drawn)[0][1].tolist() == marks
        assert all(np.diff(lines) == pytest.approx(np.diff(marks)) for _, lines in marks_of(drawn))


def test_seven_small_multiples_and_the_score_are_drawn_and_told(drawings):
    story = load_country("Kazakhstan", 2009, 2018)
    figure = category_figure(story, "It fell")
    assert "Civil Society 2.50 to 1.25" in figure.alt
    assert "Electoral Process 1.25 throughout" in figure.alt
    for figure in drawings:
        assert sum(len(grid.get_segments()) for grid in of_role(figure, "grid")) == 8 * 3
        assert len(of_role(figure, "mean")) == 1
        panels, [own], [grey] = marks_of(figure), of_role(figure, "own"), of_role(figure, "other")
        codes = story.panel["category"].map(list(CATEGORIES).index)
        for place, (start, heights) in enumerate(panels):
            rest = story.panel.assign(rating=story.panel["rating"] + heights[0] - 1)
            for line, chosen in ((own, codes == place), (grey, (codes != place) & (place < 7))):
                x, y = line.get_xdata() - start, line.get_ydata()
                here = (x > -0.1) & (x < 10.1) & (y >= heights[0]) & (y <= heights[-1])
                # Two ends a rating, each at its own height.
                assert sorted(y[here]) == pytest.approx(sorted([*rest["rating"][chosen]] * 2))


@pytest.mark.parametrize("country", COUNTRIES, ids=lambda c: c.iso3)
def test_the_largest_steps_of_a_score_are_all_labelled(country, drawings):
    story = load_country(country.name, 2005, 2024)
    draw_trajectory(story, "t")
    own = story.series[story.series["country"] == country.name]
    assert len(drawings) == 2
    for drawn in drawings:
        words = {text.get_text() for text in drawn.axes[0].texts}
        for edition, step in large_steps(own):
            assert f"’{edition % 100:02d} {signed(step)}" in words


@pytest.mark.parametrize("country", COUNTRIES, ids=lambda c: c.iso3)
def test_the_steps_of_an_edition_sum_exactly_to_the_change_of_the_score(country):
    story = load_country(country.name, 2005, 2024)
    scores = read_processed("scores")
    exact = scores[(scores["country"] == country.name) & (scores["n_ratings"] == 7)]
    exact = story.panel.groupby("edition")["rating"].mean().loc[exact["edition"]]
    both = {e for e in exact.index if e - 1 in exact.index}
    assert both
    for edition in both:
        *steps, score = story.steps.loc[edition, [*CATEGORIES, "DS"]]
        assert score == pytest.approx(exact[edition] - exact[edition - 1], abs=1e-12)
        assert sum(steps) / 7 == pytest.approx(score, abs=1e-12)
    first, *_, last = story.full_editions
    assert (first, last) == (min(exact.index), max(exact.index))
    wide = story.panel.pivot(index="category", columns="edition", values="rating")
    whole = (wide[last] - wide[first]).sum()
    assert whole == pytest.approx(7 * story.net["DS"], abs=1e-12)
    told = re.search(
        r"([−+]?\d+\.\d\d) points", re.split(" of | against ", changes_title(story))[-1]
    )
    assert told is None or float(told[1].replace("−", "-")) == pytest.approx(whole)


def test_the_decomposition_shows_every_step_and_marks_what_is_not_known(drawings):
    story = load_country("Hungary", 2005, 2024)
    figure = decomposition_figure(story, changes_title(story))
    steps = story.steps.to_numpy()
    wide = drawings[0]
    shown = len(cells_of(wide, "up")) + len(cells_of(wide, "down"))
    assert steps.shape == (19, 8)
    assert shown == (abs(steps) > 0.005).sum()
    assert len(cells_of(wide, "unknown")) == (steps != steps).sum()
    for row in figure.data.rows:
        _, *seven, score = row
        if None not in seven:
            assert score == pytest.approx(sum(seven) / 7, abs=0.0051)
    assert "National governance had the largest part in the fall: −3.00 of −17.25" in figure.title


def test_a_decomposition_without_changes_or_with_ties_says_so():
    story = load_country("Poland", 2005, 2006)

    def title(*changes):
        changes = [*changes, *[0] * (7 - len(changes))]
        rows = [
            (edition, code, 4 + change * (edition == 2006))
            for code, change in zip(CATEGORIES, changes, strict=True)
            for edition in (2005, 2006)
        ]
        panel = pd.DataFrame(rows, columns=["edition", "category", "rating"])
        return changes_title(replace(story, panel=panel))

    assert title().startswith("No rating changed")
    assert title(-0.25, -0.25) == (
        "National governance and Electoral process had the largest parts in the fall: each "
        "−0.25 of −0.50 points in all seven"
    )
    assert "cancel out" in title(-0.25, 0.25)


def test_the_strip_names_the_country_and_its_part_of_the_region(drawings):
    story = load_country("Serbia", 2005, 2024)
    peers_figure(story, "t")
    now = story.series[story.series["edition"] == 2024]
    region = {c.iso3 for c in COUNTRIES if c.region == "Balkans"}
    for drawing in drawings:
        assert set(words_of(drawing, "label")) == region & set(now["iso3"])
        dots = [dot for role in ("own", "peer", "other") for dot in of_role(drawing, role)]
        assert sum(len(dot.get_xdata()) for dot in dots) == len(now)


def test_columns_of_classes_count_every_country_once(drawings):
    story = load_region("all", 2005, 2024)
    figure = class_count_figure(story)
    for row in figure.data.rows:
        assert sum(row[1:]) == 29
    wide = drawings[0]
    for initials, name in (("CD", "Consolidated Democracy"), ("CAR", "Consolidated Auth")):
        boxes = cells_of(wide, initials)
        known = story.series[story.series["regime_class"].str.startswith(name)]
        assert len(boxes) == known["edition"].nunique()
    by_class = story.series[story.series["edition"] == 2024]["regime_class"].value_counts()
    last = figure.alt.rsplit("Edition 2024: ", 1)[1]
    for name, n in by_class.items():
        assert f"{name} {n}" in last
    assert f"not known {29 - by_class.sum()}" in last


def test_the_heat_map_has_a_cell_for_every_known_score(drawings):
    story = load_region("Balkans", 2005, 2024)
    figure = standing_figure(story, "t")
    only = int(story.series["basis"].str.startswith("score").sum())
    for drawing in drawings:
        boxes = [box for c in palette.CLASS_COLOURS for box in cells_of(drawing, c)]
        assert len(boxes) == len(story.series)
        [notched] = of_role(drawing, "score only")
        assert len(notched.get_xdata()) == only > 0
        assert set(words_of(drawing, "class")) >= {"SCD", "THR"}, "initials are the second cue"
    assert f"with {len(story.series)} known scores" in figure.alt
    for name, line in story.series.groupby("country"):
        last = line.sort_values("edition").iloc[-1]
        assert f"{name} {last['score']:.2f} ({last['edition']})" in figure.alt


def test_the_map_has_a_tile_a_country_and_none_twice():
    assert set(TILES) == {country.iso3 for country in COUNTRIES}
    assert len(set(TILES.values())) == len(TILES)


def test_the_map_shows_each_class_by_colour_and_initials(drawings):
    story = load_region("Eurasia", 2005, 2024)
    latest = story.series.sort_values("edition").groupby("country").tail(1)
    alt = map_figure(story).alt
    for drawing in drawings:
        counts = latest["regime_class"].value_counts()
        # One box more in the key.
        assert len(cells_of(drawing, "CAR")) == counts["Consolidated Authoritarian Regime"] + 1
        assert len(cells_of(drawing, "unknown")) == 29 - len(latest)
        words = words_of(drawing, "tile")
        assert sum(w.startswith("CAR") for w in words) == len(cells_of(drawing, "CAR")) - 1
    members = latest[latest["regime_class"] == "Consolidated Authoritarian Regime"]["country"]
    assert f"Consolidated Authoritarian Regime, {len(members)}: " in alt
    assert all(name in alt for name in members)


def assert_safe(svg):
    """Check that a picture holds nothing but drawing, and no style that a page would refuse."""
    root = ET.fromstring(svg)
    names = {element.tag.rpartition("}")[2] for element in root.iter()}
    assert names <= {"svg", "defs", "g", "path", "use", "text", "title"}
    for element in root.iter():
        assert not [name for name in element.attrib if name.startswith("on") or name == "style"]
        assert element.get("href", "#").startswith("#")
    known = {element.get("id") for element in root.iter()}
    assert all(u.get("href")[1:] in known for u in root.iter("{http://www.w3.org/2000/svg}use"))
    return {element.get("id") for element in root.iter() if element.get("id")}


def test_a_picture_is_safe_short_and_the_same_when_drawn_again():
    story = load_country("Kosovo", 2005, 2024)
    first, again = (draw_trajectory(story, "t") for _ in range(2))
    assert first == again
    wide, narrow = assert_safe(first.svg), assert_safe(first.svg_narrow)
    assert wide
    assert not wide & narrow, "both stand on one page"
    drawn = re.sub("<path[^>]*><title>.*?</title></path>", "", first.svg)
    assert max(len(drawn), len(first.svg_narrow)) < 20_000
    # The lines and points of all countries once more, each with its words.
    assert len(first.svg) - len(drawn) < 15_000


def notes_of(figure):
    """Return words -> outline, closed, of a drawn figure."""
    return {words: (outline, closed) for words, outline, closed in figure.notes}


def inside(note, x, y):
    (left, bottom), (right, top) = note[0].min(axis=0), note[0].max(axis=0)
    return left <= x <= right and bottom <= y <= top


def test_every_score_is_said_at_its_place(drawings):
    story = load_country("Hungary", 2005, 2024)
    draw_trajectory(story, "t")
    axes, notes = drawings[0].axes[0], notes_of(drawings[0])
    table = read_processed("scores")
    own = table[(table["country"] == "Hungary") & table["democracy_score"].notna()]
    for edition, score in zip(own["edition"], own["democracy_score"], strict=True):
        [words] = [words for words in notes if words.startswith(f"Hungary {edition}: ")]
        assert f": {score:.2f} (" in words
        assert inside(notes[words], *axes.transData.transform((edition, score)))
    grey = {country.name for country in COUNTRIES} - {"Hungary"}
    assert {words for words, (_, closed) in notes.items() if not closed} == grey


def test_the_notes_of_a_category_say_its_ratings_and_how_each_is_known(drawings):
    story = load_country("Kosovo", 2005, 2024)
    category_figure(story, "t")
    ratings = read_processed("panel")
    ratings = ratings[ratings["country"] == "Kosovo"]
    expected = {
        f"{CATEGORIES[code]} {edition}: {rating:.2f} ({status})"
        for code, edition, rating, status in zip(
            *(ratings[name] for name in ("category", "edition", "rating", "status")), strict=True
        )
    }
    said = set(notes_of(drawings[0]))
    assert expected <= said
    # The scores of the last panel, and what is not known.
    assert len(said - expected) == len(story.own) + 7 * 20 - len(ratings)


def test_words_for_the_pointer_are_part_of_the_wide_picture_only():
    story = load_country("Kosovo", 2005, 2020)
    figure = peers_figure(story, "t")
    titles = list(ET.fromstring(figure.svg).iter("{http://www.w3.org/2000/svg}title"))
    shown = story.series[story.series["edition"] == 2020]
    assert len(titles) == len(shown)
    assert "<title" not in figure.svg_narrow


def test_a_user_s_settings_do_not_change_a_picture():
    story = load_country("Kosovo", 2005, 2024)
    first = draw_trajectory(story, "t")
    with mpl.rc_context({"font.size": 30, "lines.linewidth": 9, "axes.facecolor": "red"}):
        assert draw_trajectory(story, "t") == first


def test_a_title_that_a_reader_gives_to_axes_stands_alone():
    canvas = Sheet(narrow=False, height=100)
    axes = canvas.add_subplot()
    axes.set_title("Mine")
    picture(canvas, "The notebook's")
    assert (axes.get_title(), axes.get_title("left")) == ("Mine", "")
    axes.set_title("")
    picture(canvas, "The notebook's")
    assert axes.get_title("left") == "The notebook's"


def test_a_picture_of_a_notebook_stands_on_paper_in_the_dark_too():
    with style.styled():
        canvas = Sheet(narrow=False, height=50)
        canvas.add_subplot()
        bundle, _ = picture(canvas, "t")._repr_mimebundle_()
    shown = mpl.image.imread(io.BytesIO(bundle["image/png"]))
    assert shown[0, 0].tolist() == [1, 1, 1, 1]


def matplotlib_svg(body):
    xlink = 'xmlns:xlink="http://www.w3.org/1999/xlink"'
    head = f'<svg xmlns="http://www.w3.org/2000/svg" {xlink} width="9pt" height="9pt" '
    return f'{head}viewBox="0 0 9 9"><metadata/><g id="figure_1">{body}</g></svg>'


def test_what_matplotlib_writes_becomes_plain_shapes_and_type():
    path = '<path d="M 0 1.26 \nL 2 -0.001 \nL 3 4.04 \nz" style="fill: #ff0000; opacity: 0.5"/>'
    text = (
        '<g id="halo"><text style="font-weight: 600; font-size: 9px; font-family: \'A\'; '
        'text-anchor: end" x="1.04" y="2" transform="rotate(-0 1 2)">5 &lt; 6</text></g>'
    )
    marks = (
        '<defs><path id="m1" d="M 0 0.256" style="fill: #00ff00"/></defs>'
        '<use xlink:href="#m1" x="1" y="2" style="fill: #00ff00; stroke: #0000ff"/>'
    )
    root = ET.fromstring(compact(matplotlib_svg(path + path + text + marks)))
    assert root.get("viewBox") == "0 0 9 9"
    shapes = {element.tag.rpartition("}")[2]: element for element in root.iter()}
    drawn = [e for e in root if e.tag.endswith("path")]
    assert [e.get("d") for e in drawn] == ["M 0 1.3 2 0 3 4zM 0 1.3 2 0 3 4z"], "one look, one path"
    assert (drawn[0].get("fill"), drawn[0].get("opacity")) == ("#ff0000", "0.5")
    expected = {"x": "1", "y": "2", "font-size": "9", "font-weight": "600", "text-anchor": "end"}
    assert shapes["text"].attrib.items() >= expected.items()
    assert shapes["text"].get("paint-order") == "stroke"
    assert shapes["text"].text == "5 < 6"
    assert shapes["use"].attrib == {"href": "#m1", "x": "1", "y": "2", "stroke": "#0000ff"}
    assert shapes["defs"][0].attrib == {"id": "m1", "d": "M 0 0.26", "fill": "#00ff00"}


def test_a_box_is_written_by_its_edges_and_a_curve_as_it_is():
    box = '<path d="M 1 2 \nL 3 2 \nL 3 4 \nL 1 4 \nz" style="fill: #ff0000"/>'
    curve = '<path d="M 1 2 \nC 1 3 2 3 2 2 \nL 1 2 \nz" style="fill: #00ff00"/>'
    drawn = ET.fromstring(compact(matplotlib_svg(box + curve)))
    expected = ["M1 2H3V4H1z", "M 1 2 C 1 3 2 3 2 2 L 1 2z"]
    assert [path.get("d") for path in drawn if path.tag.endswith("path")] == expected


@pytest.mark.parametrize(("needed", "written"), [(True, 1), (False, 0)])
def test_words_go_to_the_first_place_that_is_clear(needed, written):
    look = {"size": 10, "weight": "normal", "needed": needed}
    with style.styled():
        axes = plot(Sheet(narrow=False, height=100), (0, 0, 0, 0), (0, 460), (0, 100))
        taken = [Path([(0, 20), (460, 20)]), Path([(50, 0), (50, 100)])]
        # On the one line, on the other, free, and then on what was written before.
        for _ in range(2):
            write_free(axes, "words", [(200, 22), (50, 60), (200, 60)], taken, **look)
        x = [text.xy[0] + text_width("words", 10) / 2 for text in axes.texts]
        y = [text.xy[1] for text in axes.texts]
    assert x == pytest.approx([200] * (1 + written))
    assert y == pytest.approx([60, 22][: 1 + written])


def test_labels_move_apart_and_stay_in_bounds():
    placed = spread([4.0, 4.1, 4.05, 6.9], 0.4, 1, 7)
    assert min(np.diff(sorted(placed))) >= 0.4 - 1e-9
    assert max(placed) <= 7
    assert np.argsort(placed).tolist() == [0, 2, 1, 3]
    assert spread([2.0, 5.0], 0.4, 1, 7) == [2.0, 5.0]
    assert spread([3.0, 3.0], 1, 0, 10) == [2.5, 3.5], "a block is centred on what it wanted"
    assert spread([0.0, 0.0, 0.0], 1, 0, 10) == [0, 1, 2]


@pytest.mark.parametrize(
    ("first", "last", "labels"),
    [
        (2005, 2024, ["2005", "’10", "’15", "’20", "’24"]),
        (2018, 2018, ["2018"]),
        (2009, 2011, ["2009", "’11"]),
    ],
)
def test_years_are_labelled_at_the_ends_and_every_five(first, last, labels):
    assert [words for _, words in year_labels(first, last)] == labels


def rgb(colour):
    return np.array([int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)])


def luminance(colour):
    part = rgb(colour)
    linear = np.where(part <= 0.04045, part / 12.92, ((part + 0.055) / 1.055) ** 2.4)
    return float(linear @ (0.2126, 0.7152, 0.0722))


def contrast(one, other):
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_the_colours_of_classes_survive_grey_printing():
    grey = {c: luminance(v) for c, v in palette.CLASS_COLOURS.items()}
    assert grey["CD"] < grey["SCD"] < grey["THR"] > grey["SCAR"] > grey["CAR"]


# Machado, Oliveira and Fernandes (2009), severity 1, on linear light.
BLINDNESS = {
    "protanopia": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216],
                   [-0.003882, -0.048116, 1.051998]],
    "deuteranopia": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413],
                     [-0.011820, 0.042940, 0.968881]],
}  # fmt: skip


@pytest.mark.parametrize("kind", BLINDNESS)
def test_the_colours_of_classes_survive_colour_blindness(kind):
    seen = {}
    for initials, colour in palette.CLASS_COLOURS.items():
        part = rgb(colour)
        linear = np.where(part <= 0.04045, part / 12.92, ((part + 0.055) / 1.055) ** 2.4)
        seen[initials] = np.clip(np.array(BLINDNESS[kind]) @ linear, 0, 1)
    names = list(seen)
    for place, one in enumerate(names):
        for other in names[:place]:
            assert np.abs(seen[one] - seen[other]).max() > 0.03, (one, other)


def test_type_and_lines_have_contrast():
    for initials, colour in palette.CLASS_COLOURS.items():
        assert contrast(colour, palette.CLASS_INKS[initials]) >= 4.5, initials
        assert contrast(palette.CLASS_BANDS[initials], palette.INK) >= 7
        assert contrast(palette.CLASS_BANDS[initials], palette.SOFT) >= 4.5
        assert contrast(palette.CLASS_OUTLINES[initials], palette.PAPER) >= 2.9, initials
    assert contrast(palette.SOFT, palette.PAPER) >= 4.5
    with style.styled():
        lines = mpl.rcParams["axes.prop_cycle"].by_key()["color"]
    assert len(set(lines)) == 8
    for colour in (
        *(f"#{line.lstrip('#')}" for line in lines),
        palette.ACCENT,
        palette.UP,
        palette.DOWN,
    ):
        assert contrast(colour, palette.PAPER) >= 4.5, colour


def test_rounding_of_seven_ratings_leaves_the_band_that_is_drawn():
    draws = np.random.default_rng(0).uniform(-0.125, 0.125, (200_000, 7)).mean(axis=1)
    assert np.quantile(np.abs(draws), 0.95) == pytest.approx(ROUNDING, abs=0.005)


def test_correlations_that_are_missing_are_said_to_be(drawings):
    table = read_processed("correlations")
    within = table["level"] == "within"
    table = table.assign(r=table["r"].where(~within), low=table["low"].where(~within))
    figure = correlation_figure(table, "")
    for drawing in drawings:
        assert words_of(drawing, "cell").count("–") == 21
        assert len(cells_of(drawing, "unsure")) >= 21
    assert "Within countries: not estimable." in figure.alt
    between = table[table["level"] == "between"]["r"]
    assert f"21 pairs from {between.min():.2f}" in figure.alt


def test_correlations_of_too_few_countries_make_a_figure_that_says_so():
    wide = load_region("Balkans", 2005, 2024).wide
    wide = wide[wide["country"].isin(["Kosovo", "Serbia"])]
    table = pair_correlations(wide, list(CATEGORIES))
    assert correlation_figure(table, "").title == "Too few countries for correlations"


def test_the_alt_text_of_the_score_counts_its_changes():
    for country in ("Hungary", "Turkmenistan"):
        story = load_country(country, 2005, 2024)
        figure = draw_trajectory(story, "t")
        assert len(re.findall(r"\d\.\d\d", figure.alt)) == 4


@pytest.mark.parametrize(
    ("name", "window", "told"),
    [
        ("Armenia", (2020, 2024), "No two editions are known in full."),
        ("Azerbaijan", (2022, 2024), "No step of the score is known."),
    ],
)
def test_what_is_not_known_is_not_called_unchanged(name, window, told):
    alt = decomposition_figure(load_country(name, *window), "t").alt
    assert told in alt
    assert "No score changed." not in alt


def test_ratings_that_did_not_move_do_not_cancel_out():
    title = changes_title(load_country("Uzbekistan", 2010, 2024))
    assert title == "Every rating ended where it began from 2010 to 2014, both known in full"


def test_a_score_that_never_changes_is_told_once():
    alt = draw_trajectory(load_country("Albania", 2007, 2009), "t").alt
    assert "is 4.18 in every known edition, 2007 to 2009." in alt
    assert "highest" not in alt


def test_one_edition_has_a_value_and_no_way():
    alt = lines_figure(load_comparison("Poland, Hungary", 2024, 2024), "t").alt
    assert "Poland 4.43 in 2024" in alt


def test_what_is_known_in_full_is_not_called_known_as_far_as_it_is():
    def said(compared, group):
        drawn, shown = profile_figure(compared, "It"), map_figure(group)
        return f"{drawn.subtitle} {drawn.caption} {drawn.alt} {shown.caption}"

    keys = ("as far as known", "–: not known", "Tiles without colour")
    whole = load_comparison("Hungary, Poland", 2005, 2024), load_region("all", 2005, 2024)
    part = load_comparison("Azerbaijan, Poland", 2024, 2024), load_region("Balkans", 2024, 2024)
    assert [key for key in keys if key in said(*whole)] == []
    assert [key for key in keys if key not in said(*part)] == []


KEYS = ("Hollow", "A gap is not known", "Grey:", "notched", "Empty:", "Outlined", "Italic", "Pale:")


def test_a_caption_explains_nothing_that_is_not_drawn():
    country, several = load_country("Georgia", 2007, 2009), load_comparison("Visegrad", 2007, 2009)
    drawn = [category_figure(country, "It"), decomposition_figure(country, "It")]
    drawn += [standing_figure(several, "It"), class_count_figure(several)]
    drawn += [lines_figure(several, "It"), comparison_brief.score_table(several)]
    # The table of ratings keeps its whole key: without it pages end a quarter empty.
    drawn += [region_brief.movers(several)]
    assert set(country.panel["status"]) | set(several.panel["status"]) == {"printed"}
    assert [key for key in KEYS for block in drawn if key in block.caption] == []
    whole = load_country("Azerbaijan", 2005, 2024)
    told = category_figure(whole, "It").caption + decomposition_figure(whole, "It").caption
    told += country_brief.ratings(whole).caption
    all_ = load_region("all", 2005, 2024)
    told += standing_figure(all_, "It").caption + class_count_figure(all_).caption
    assert [key for key in KEYS if key not in told] == []
