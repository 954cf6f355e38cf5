"""Prepare figures and exporters once in a process that others are forked from.

Templates are compiled, fonts and the style of the figures read, which a copy of the process
inherits. Nothing is compiled by Typst here: its threads would not survive the fork.
"""

from __future__ import annotations

from analysis.briefs.figures.style import styled, text_width
from analysis.briefs.fragments import environment
from analysis.export.html import page_environment
from analysis.export.pdf import template_and_fonts


def warm_up() -> None:
    """Compile the page templates, read the style of the figures and the fonts."""
    with styled():
        text_width("2005", 8.5)
    for templates in (environment(), page_environment()):
        for name in templates.list_templates(extensions=["j2"]):
            templates.get_template(name)
    template_and_fonts()
