"""Notebooks whose every text slot holds the same text, for both exporters."""

import nbformat.v4 as nb

from analysis.presentation import blocks
from analysis.presentation.blocks import MIME

SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 3"><path d="M0 0H9"/></svg>'

TEXTS = {
    "script": "<script>alert(1)</script><img src=x onerror=alert(2)>",
    "attribute": "\"><svg onload='alert(3)'> & &lt; 'quoted'",
    "typst": '#panic("x") $ sum $ = Heading `raw` #[a] @ref <label> \\ _a_ *b* //c /*d*/ [e',
    "markdown": "# no heading **no bold** [no](link) ![no](picture) | a | b |",
    "template": "{{ 7 * 7 }} {% include 'x' %} {# gone? #} ${x} <%= x %>",
    "formula": '=HYPERLINK("http://evil.example","x") +1 -1 @SUM(A1)',
    "long": "Donaudampfschifffahrtsgesellschaftskapitän" * 12,
    "address": "https://example.org/" + "a/" * 40,
    "right to left": "Казахстан مرحبا بالعالم שלום",
    "entities": "&amp; &#60; &nbsp; \\u003c %3Cscript%3E",
    "quotes": "“It’s” — 'so' … ½ № ﬁ ≤ − ± ▲",
}


def blocks_with(text):
    """Return one block of every kind with `text` wherever a text can stand."""
    span = [blocks.Span(text), *(blocks.Span(text, s) for s in ("strong", "emphasis", "code"))]
    link = blocks.Span(text, href="https://example.org/?q=%22%3E")
    return [
        blocks.Title(
            title=text,
            kicker=text,
            subtitle=text,
            description=text,
            facts=[blocks.KeyFact(text, text, text)],
            class_initials="CD",
            class_name=text,
            class_note=text,
            date="2026-11-21",
        ),
        blocks.Heading(text=text),
        blocks.Paragraph(spans=[*span, link, blocks.Span(text, href="javascript:alert(4)")]),
        blocks.Items(items=[span, [link]], ordered=True),
        blocks.Findings(heading=text, sentences=[text, text]),
        blocks.Note(label=text, text=text),
        blocks.Preformatted(text=text),
        blocks.Figure(
            title=text,
            subtitle=text,
            caption=text,
            alt=f"alt {text}",
            svg=SVG,
            svg_narrow=SVG,
            source=text,
        ),
        blocks.Table(
            title=text,
            caption=text,
            columns=[blocks.Column(text, text, "left"), blocks.Column(text, text)],
            rows=[[blocks.Cell(text), blocks.Cell(text, "up", derived=True)]],
        ),
        blocks.Timeline(entries=[blocks.DatedEntry(text, text, text)]),
    ]


def cell_of(*outputs, tags=()):
    """Return an executed code cell."""
    return nb.new_code_cell("pass", outputs=list(outputs), metadata={"tags": list(tags)})


def stored(block):
    """Return the output that a block leaves in a notebook."""
    return nb.new_output("display_data", {MIME: block.content(), "text/plain": "x"})


def notebook_with(text):
    """Return an executed notebook: all blocks, a printed line, a value, a Markdown cell."""
    return nb.new_notebook(
        cells=[
            *(cell_of(stored(block)) for block in blocks_with(text)),
            cell_of(nb.new_output("stream", name="stdout", text=text)),
            cell_of(nb.new_output("execute_result", {"text/plain": text}, execution_count=1)),
            nb.new_markdown_cell(f"`` {text} ``"),
        ]
    )
