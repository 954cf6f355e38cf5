"""The one structured content of a brief, and its HTML.

A block displays itself in JupyterLab as HTML and carries the same content as JSON under `MIME`;
both exporters render from that JSON, so that nothing is parsed back out of HTML. All texts are
data: no block interprets markup, and the template engine escapes every one. Pictures become data
addresses in ``<img>``, where a script inside an SVG can do nothing.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from importlib import resources
from typing import Any, ClassVar, Final, Literal
from urllib.parse import quote

import jinja2
from markupsafe import Markup

MIME: Final = "application/vnd.nit.brief+json"
"""Media type under which an executed notebook stores a block."""

_PLAIN: Final = "/:=,;.()-+'!?@$[]{}|"
"""What stays as it is in the address of a picture. Percent-encoding keeps drawings a fifth smaller
than base64 does; what it leaves is harmless between double quotes, and escaping each of the single
ones again would cost a fifth more."""

Content = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Block:
    """Base of all blocks: turns its fields into JSON content and displays itself.

    A block is of the `kind` that its class is called.
    """

    kind: ClassVar[str]

    def __init_subclass__(cls) -> None:
        cls.kind = cls.__name__.lower()

    def content(self) -> Content:
        """Return the block as JSON-ready content, its kind under ``kind``."""
        return {"kind": self.kind, **json.loads(json.dumps(asdict(self)))}

    def _repr_mimebundle_(self, **_: object) -> dict[str, Any]:
        content = self.content()
        style = (resources.files("analysis.briefs") / "templates/notebook.css").read_text()
        html = f'<style>{style}</style><div class="nit-brief">{fragment(content)}</div>'
        return {MIME: content, "text/html": html, "text/plain": f"<{self.kind}>"}


def show(*blocks: Block) -> None:
    """Display several blocks from one cell."""
    from IPython.display import display

    display(*blocks)  # type: ignore[no-untyped-call]


@dataclass(frozen=True)
class KeyFact:
    """One figure of a brief's header: what it is, its value, and what to compare it with."""

    label: str
    value: str
    detail: str = ""


@dataclass(frozen=True, kw_only=True)
class Title(Block):
    """Head of a brief: its name, the line above it and the line below, and the key figures.

    `description` is one sentence for metadata, `date` that of the release of the data (ISO 8601);
    the regime class stands as a badge, empty for none, with the edition that it belongs to.
    """

    title: str
    kicker: str = ""
    subtitle: str = ""
    description: str = ""
    facts: Sequence[KeyFact] = ()
    class_initials: str = ""
    class_name: str = ""
    class_note: str = ""
    date: str = ""


@dataclass(frozen=True, kw_only=True)
class Heading(Block):
    """Heading of a section; level 2 is the first below the title."""

    text: str
    level: int = 2


@dataclass(frozen=True)
class Span:
    """A piece of running text, plain, and the address that it links to, if any.

    What is told as ``how`` says how the words before it are known: a note that opens on a page, a
    footnote on paper. Of a ``source`` paper shows the address in full.
    """

    text: str
    style: Literal["", "strong", "emphasis", "code", "how", "source"] = ""
    href: str = ""


@dataclass(frozen=True)
class Sentence:
    """What is said in plain words, and in a note of its own how it is known."""

    text: str
    how: str = ""


@dataclass(frozen=True, kw_only=True)
class Paragraph(Block):
    """Running text."""

    spans: Sequence[Span]


@dataclass(frozen=True, kw_only=True)
class Items(Block):
    """A list; each item is a sequence of spans."""

    items: Sequence[Sequence[Span]]
    ordered: bool = False


@dataclass(frozen=True, kw_only=True)
class Findings(Block):
    """The findings of a brief, one sentence each, and how the last of them is known."""

    heading: str
    sentences: Sequence[str]
    how: str = ""


@dataclass(frozen=True, kw_only=True)
class Note(Block):
    """A caveat or a refusal, set apart from the running text."""

    text: str
    label: str = "Note"


@dataclass(frozen=True, kw_only=True)
class Preformatted(Block):
    """Plain text output or code, shown as it is."""

    text: str


@dataclass(frozen=True)
class Data:
    """The values behind a picture, for those who want to draw or read them themselves.

    Texts, numbers rounded as the picture shows them, and `None` for what is not known.
    """

    columns: Sequence[str]
    rows: Sequence[Sequence[str | int | float | None]]


@dataclass(frozen=True, kw_only=True)
class Figure(Block):
    """A picture with its words: the finding, measure and period, how to read it, its source.

    Its `name` (small letters, digits, ``_``; the same in every brief of a kind) is that of the
    files that it and its `data` are offered as. `alt` says with numbers what it shows;
    `svg_narrow` is drawn for a phone, empty where `svg` serves.
    """

    name: str = ""
    title: str
    subtitle: str
    caption: str
    alt: str
    svg: str
    svg_narrow: str = ""
    source: str = ""
    data: Data | None = None


@dataclass(frozen=True)
class Column:
    """A column of a table: its head, the full name behind an abbreviation, its alignment."""

    head: str
    name: str = ""
    align: Literal["left", "right", "center"] = "right"


@dataclass(frozen=True)
class Cell:
    """A cell of a table; `how` it is known is a note on a page, `href` the address that prints it.

    The `mark` is ``up`` or ``down`` for a value that changed from the edition before, ``open`` for
    what a value that is not known can be, ``class:CD`` etc. to tint by regime class, or empty.
    """

    text: str
    mark: str = ""
    derived: bool = False
    how: str = ""
    href: str = ""


@dataclass(frozen=True, kw_only=True)
class Table(Block):
    """A table, named as a `Figure` is; the first column holds the row heads.

    One that is `dense`, with many columns, is set small.
    """

    name: str = ""
    title: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Cell]]
    caption: str = ""
    dense: bool = False


KINDS: Final = {block.kind: block for block in Block.__subclasses__()}
"""All kinds of block; what else a bundle holds is refused by the exporters."""


def paragraph(text: str) -> Paragraph:
    """Return a paragraph of plain text."""
    return Paragraph(spans=[Span(text)])


def bullets(*texts: str | Sentence) -> Items:
    """Return a list of plain texts, each with the note that belongs to it; empty ones are left."""
    told = (text if isinstance(text, Sentence) else Sentence(text) for text in texts)
    items = [
        [Span(f"{one.text} "), Span(one.how, "how")] if one.how else [Span(one.text)]
        for one in told
        if one.text
    ]
    return Items(items=items)


def value_table(
    title: str,
    columns: Sequence[Column | str],
    rows: Iterable[Sequence[Cell | str | int]],
    *,
    name: str = "",
    caption: str = "",
    dense: bool = True,
) -> Table:
    """Return rows of texts, whole numbers and marked cells, one value a column, as a table.

    Columns given by their head alone are aligned left if they are the first, else right.
    """
    aligned = [
        Column(column, align="right" if place else "left") if isinstance(column, str) else column
        for place, column in enumerate(columns)
    ]
    cells = [[v if isinstance(v, Cell) else Cell(str(v)) for v in row] for row in rows]
    return Table(name=name, title=title, columns=aligned, rows=cells, caption=caption, dense=dense)


def data_address(svg: str, plain: str = _PLAIN + " \n") -> Markup:
    """Return an SVG text as a ``data:`` address for ``src``."""
    return Markup("data:image/svg+xml," + quote(svg, safe=plain))


def safe_link(href: str) -> str:
    """Return `href` if it is a web or mail address or a place on the page, else nothing."""
    return href if re.match(r"(https?://|mailto:|#)[^\s]*\Z", href) else ""


@cache
def environment() -> jinja2.Environment:
    """Return the template engine: everything escaped, an undefined name is an error."""
    made = jinja2.Environment(
        loader=jinja2.PackageLoader("analysis.briefs"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    # An address for ``srcset`` ends at a space.
    made.filters["data_candidate"] = lambda svg: data_address(svg, _PLAIN)
    made.filters |= {"data_address": data_address, "safe_link": safe_link}
    return made


def fragment(content: Content) -> str:
    """Render what `Block.content` returns as an HTML fragment."""
    module = environment().get_template("blocks.html.j2").module
    return str(module.block(content)).strip()  # type: ignore[attr-defined]
