"""Markdown as blocks, so that both exporters render the same content.

markdown-it reads it (CommonMark, GitHub's tables, task lists and footnotes, formulas between dollar
signs or in environments of LaTeX); the HTML that it makes is read as any other
(`analysis.export.nodes`), raw HTML between the lines included.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any, Final

from markdown_it import MarkdownIt
from markdown_it.common.utils import escapeHtml
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict
from mdit_py_plugins.amsmath import amsmath_plugin
from mdit_py_plugins.dollarmath import dollarmath_plugin
from mdit_py_plugins.gfm import gfm_plugin

from analysis.briefs.blocks import Block
from analysis.export.images import Place
from analysis.export.nodes import html_blocks
from analysis.facts.errors import BriefError

# Elements that GitHub's specification disallows; here they stay visible as the text they are.
_DISALLOWED: Final = re.compile(
    "<(?=/?(script|iframe|textarea|title|xmp|noembed|noframes|plaintext)[\\s/>])", re.IGNORECASE
)


def markdown_blocks(source: str, place: Place | None = None) -> Iterator[Block]:
    """Yield the blocks of a Markdown text.

    Headings start at level 2, since the page's title is its only level 1.

    Parameters
    ----------
    source
        The text of a cell or of a displayed object.
    place
        Where in the notebook it stands.
    """
    stands = place or Place()
    try:
        made = _reader().render(source, {"docId": str(stands.number)})
    except RecursionError:
        raise BriefError(f"cell {stands.number} holds Markdown nested too deeply") from None
    return html_blocks(made, stands)


@cache
def _reader() -> MarkdownIt:
    reader = MarkdownIt("commonmark", {"maxNesting": 300}).use(gfm_plugin)
    # What an address may be is judged later; here it would only stay visible as Markdown.
    reader.validateLink = lambda url: True  # type: ignore[method-assign]  # noqa: ARG005
    # "~20 to ~30" is no deletion.
    reader.options["strikethrough_single_tilde"] = False
    reader.use(
        dollarmath_plugin,
        allow_labels=False,
        allow_digits=False,
        double_inline=True,
        renderer=_as_written,
    )
    reader.use(amsmath_plugin, renderer=escapeHtml)
    reader.add_render_rule("fence", _fence)
    for kind in ("html_inline", "html_block"):
        reader.add_render_rule(kind, _raw_html)
    return reader


def _as_written(formula: str, _options: Mapping[str, Any]) -> str:
    return escapeHtml(formula)


def _fence(
    renderer: RendererHTML, tokens: Sequence[Token], place: int, options: OptionsDict, env: EnvType
) -> str:
    """Set a block of code that is a formula; keep what a directive of MyST says in its head."""
    token, head = tokens[place], tokens[place].info.strip()
    if head in ("math", "{math}"):
        lines = (line for line in token.content.splitlines() if not line.startswith(":"))
        return f'<div class="math block">{escapeHtml(chr(10).join(lines))}</div>'
    if head.startswith("{"):
        token.content = f"{head}\n{token.content}"
    return renderer.fence(tokens, place, options, env)


def _raw_html(_self: Any, tokens: Any, place: int, *_: Any) -> str:
    return _DISALLOWED.sub("&lt;", tokens[place].content)
