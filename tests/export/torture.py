"""A notebook of one's own with every construct of CommonMark and every media type of nbformat.

Each text that must be seen is a word of its own, such as ``word17``, so that it can be counted.
"""

import io
from base64 import b64encode
from itertools import count

import nbformat.v4 as nb
from PIL import Image

_numbers = count(1)
WORDS = []


def word():
    """Return a word that stands nowhere else."""
    WORDS.append(f"word{next(_numbers)}end")
    return WORDS[-1]


def pixels(kind):
    """Return a small picture of a kind that Pillow writes, as base64."""
    buffer = io.BytesIO()
    Image.new("RGB", (40, 20), "navy").save(buffer, kind)
    return b64encode(buffer.getvalue()).decode()


def nested(nodes, tag):
    """Return the nodes of a tag in a tree, those within each other once."""
    found = []
    for node in nodes:
        if not isinstance(node, str):
            found += [node] if node["tag"] == tag else nested(node["children"], tag)
    return found


def displayed(data, **metadata):
    """Return a cell whose output is `data`, with the alt text of its picture."""
    output = nb.new_output("display_data", data, metadata=metadata)
    return nb.new_code_cell("show()", execution_count=1, outputs=[output])


def _filled(template):
    """Return a text with each ``@`` replaced by a word of its own."""
    first, *rest = template.split("@")
    return first + "".join(word() + part for part in rest)


MARKDOWN = [
    "# @\n\n### @\n\n###### @\n\n@\n===\n\n@\n---\n\n#### @ ####",
    "@ **@** __@__ *@* _@_ ***@*** `@` ``@ ` @`` ~~@~~\\\n@  \n@\n@",
    "[@](https://example.org/a 'title') [@][ref] [ref] <https://example.org/@> "
    "https://example.org/@\n\n[ref]: https://example.org/b 'title'",
    "- @\n  - @\n    - @\n\n      @\n\n      ```python\n      @\n      ```\n- @\n\n  > @\n\n+ @\n"
    "* @",
    "5. @\n6. @\n   1) @\n   2) @\n\n      @\n\n7. @",
    "- [ ] @\n- [x] @\n\n1. [x] @\n\n   @",
    "> @\n> > @\n>\n> - @\n>\n> ```\n> @\n> ```\n@",
    "    @ indented\n\n```\n@\n```\n\n~~~ python\n@\n~~~\n\n\t@ tab\n",
    "| @ | @ | @ |\n|:--|:-:|--:|\n| @ | **@** | 1.5 |\n| `@` | [@](https://example.org) | 22 |"
    "\n| @ |",
    "@[^a] @[^b]\n\n[^a]: @\n[^b]: @\n\n    @\n\n        @",
    "&copy; &amp; &#65;@&#x42; &nbsp;@ \\*@\\* \\# @ \\_@\\_",
    "<!-- hidden -->\n@ <!-- hidden --> @\n\n***\n\n@\n\n<?php hidden ?>\n\n<!DOCTYPE html>\n\n@",
    "<div align='center'>\n\n**@**\n\n</div>\n\n<b onclick='evil()'>@</b> "
    "H<sub>@</sub> x<sup>@</sup><br>@",
    "<details><summary>@</summary>\n\n@\n\n</details>\n\n<dl><dt>@</dt><dd>@</dd></dl>",
    "<table><tr><th>@</th><th colspan=2>@</th></tr><tr><td rowspan=2>@</td><td>@</td><td>@</td>"
    "</tr><tr><td>@</td><td>@</td></tr></table>",
    "a\tb @\n\n-\t@\n\n\t@ after a tab",
    "<h2>@</h2>\n\n- # @\n\n> ## @\n\n<p>@<p>@</p>",
    "é 漢 &lt;@&gt; “@” … 1\\. @ \n1986\\. @",
]
FORMULAS = [
    r"x_i", r"\frac{a}{b}", r"\sum_{i=1}^n x_i^2", r"\begin{pmatrix} a & b \\ c & d \end{pmatrix}",
    r"\hat\beta = (X^\top X)^{-1} X^\top y", r"\sqrt[3]{x} \le \overline{AB}",
]  # fmt: skip
UNKNOWN_FORMULA = r"\nosuchcommand{x_i} + y_j"


def notebook():
    """Return the notebook; `WORDS` holds what it says, `alts` what its pictures do."""
    WORDS.clear()
    cells = [nb.new_markdown_cell(_filled(text)) for text in MARKDOWN]
    cells += [nb.new_markdown_cell(f"{word()} ${f}$ {word()}\n\n$${f}$$") for f in FORMULAS]
    cells.append(nb.new_markdown_cell(f"{word()} ${UNKNOWN_FORMULA}$"))
    attached = nb.new_markdown_cell("![alt attachment](attachment:a.png)")
    attached.attachments = {"a.png": {"image/png": pixels("PNG")}}
    cells += [attached, nb.new_markdown_cell(f"![alt data](data:image/png;base64,{pixels('PNG')})")]
    cells.append(nb.new_markdown_cell(f"![{word()}](https://example.org/far.png)"))
    for kind in ("png", "jpeg", "gif", "webp"):
        media = f"image/{kind}"
        cells.append(displayed({media: pixels(kind)}, **{media: {"alt": f"alt {kind}"}}))
    svg = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><path d="M0 0H9"/></svg>'
    cells.append(displayed({"image/svg+xml": svg}, **{"image/svg+xml": {"alt": "alt svg"}}))
    shown = {
        "text/plain": "@", "text/markdown": "**@**", "application/json": {"@": ["@"]},
        "text/html": "<p onclick='x()'>@</p><script>hidden()</script><style>hidden{}</style>",
        "text/latex": f"$${FORMULAS[0]}$$",
    }  # fmt: skip
    for media, value in shown.items():
        text = _filled(value) if isinstance(value, str) else {word(): [word()]}
        cells.append(
            displayed({media: text, "text/plain": text if media == "text/plain" else "<X>"})
        )
    return nb.new_notebook(cells=cells)
