"""Prepare the exporters once in a process that others are forked from.

Templates are compiled and fonts read, which a copy of the process inherits. Nothing is compiled by
Typst here: its threads would not survive the fork.
"""

from __future__ import annotations

from matplotlib.figure import Figure as Canvas

from analysis.export.html import page_environment
from analysis.export.pdf import template_and_fonts
from analysis.presentation.fragments import environment
from analysis.presentation.style import blank, svg_of


def warm_up() -> None:
    """Compile the templates, read the fonts and draw an empty figure."""
    for templates in (environment(), page_environment()):
        for name in templates.list_templates(extensions=["j2"]):
            templates.get_template(name)
    template_and_fonts()

    def draw(narrow: bool) -> Canvas:
        canvas = blank(2, 2 if narrow else 1)
        axes = canvas.subplots()
        axes.plot([2005, 2010, 2015], [1, 2, 7])
        for weight in ("normal", "semibold", "bold"):
            axes.text(2006, 2, "Aa 1.25", weight=weight)
        axes.set_title("Title")
        return canvas

    for narrow in (False, True):
        svg_of(draw, narrow=narrow)
