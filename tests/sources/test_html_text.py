from __future__ import annotations

from analysis.sources.isolated import html_to_text
from analysis.sources.read import looks_like_html


def test_tables_lists_and_hidden_parts():
    page = (
        "<html><head><title>Scores</title><style>p {}</style></head><body>"
        "<script>var a = '<p>9.99</p>';</script>"
        "<table><tr><th>Year</th><th>2009</th></tr><tr><td>Civil Society</td><td>3.50</td></tr>"
        "</table><ul><li>One<sup>1</sup></li><li>Two &amp; three</li></ul>"
        "<p>A <b>bold</b>\n word</p></body></html>"
    )
    lines = [line for line in html_to_text(page).split("\n") if line]
    assert lines == [
        "Scores",
        "Year | 2009",
        "Civil Society | 3.50",
        "• One 1",
        "• Two & three",
        "A bold word",
    ]


def test_what_is_html():
    assert looks_like_html("<!DOCTYPE html><p>x")
    assert looks_like_html("junk " + "<div>a</div>" * 3)
    assert not looks_like_html("1 < 2 and 3 > 2, the text of a report")


def test_cut_html_keeps_what_it_has():
    assert "Civil Society" in html_to_text("<table><tr><td>Civil Society</td><td>3.5")
