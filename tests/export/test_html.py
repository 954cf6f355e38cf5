"""The HTML page: one file, no script, no address to load, every text as the text it is."""

import hashlib
import re
import subprocess
import sys
from base64 import b64encode
from itertools import pairwise

import lxml.html
import nbformat
import pytest

from analysis.briefs.blocks import safe_link
from analysis.export.html import HTMLBriefExporter, content_policy, html_page, stylesheet

from .hostile import KINDS, SVG, TEXTS, blocks_with, notebook_with

ALLOWED = {
    "a", "abbr", "body", "caption", "code", "dd", "div", "dl", "dt", "em", "figcaption", "figure",
    "h1", "h2", "h3", "h4", "head", "header", "html", "li", "main", "meta", "nav", "ol", "p",
    "path", "pre", "section", "span", "strong", "style", "svg", "table", "tbody", "td", "th",
    "thead", "title", "tr", "ul",
}  # fmt: skip


def page_of(notebook):
    text, _ = HTMLBriefExporter().from_notebook_node(notebook)
    return text


@pytest.mark.parametrize("texts", KINDS.values(), ids=KINDS)
def test_a_hostile_text_is_shown_as_text_in_every_slot(texts):
    page = page_of(notebook_with(*texts))
    tree = lxml.html.document_fromstring(page)
    assert {element.tag for element in tree.iter() if isinstance(element.tag, str)} <= ALLOWED
    handlers = [name for e in tree.iter() for name in e.attrib if name.startswith("on")]
    assert handlers == []
    assert not tree.xpath("//@src | //@srcset")
    links = {link.get("href"): link.get("download") for link in tree.xpath("//a[@href]")}
    data = [a for a, name in links.items() if name and a.startswith("data:text/csv;charset=utf-8,")]
    assert len(data) == 2 * len(texts)
    assert all(safe_link(href) for href in set(links) - set(data))
    squeezed = re.sub(r"\s+", " ", tree.xpath("string(//body)"))
    for text in texts:
        # Fact 3, span 4, ... : far more slots than a template could lose without being noticed.
        assert squeezed.count(re.sub(r"\s+", " ", text)) >= 25, text
    wide, narrow = (tree.xpath(f"//svg[@class='nit-{kind}']") for kind in ("wide", "narrow"))
    for pictures in (wide, narrow):
        assert [picture.get("aria-label") for picture in pictures] == [f"alt {t}" for t in texts]
        assert {picture.get("role") for picture in pictures} == {"img"}
    assert tree.xpath("string(//title)") == f"{texts[0]} – {texts[0]}"
    assert tree.xpath("//meta[@name='description']/@content") == [texts[0]]
    assert tree.xpath("//meta[@property='og:title']/@content") == [f"{texts[0]} – {texts[0]}"]


def test_a_picture_that_does_more_than_draw_is_shown_as_an_inert_image():
    contents = [block.content() for block in blocks_with("x")]
    [figure] = [content for content in contents if content["kind"] == "figure"]
    figure["svg"] = SVG.replace("</svg>", "<script>alert(1)</script></svg>")
    tree = lxml.html.document_fromstring(html_page(contents))
    assert not tree.xpath("//svg | //script")
    [image] = tree.xpath("//img")
    assert image.get("src").startswith("data:image/svg+xml,")
    assert image.get("alt") == "alt x"


def test_control_characters_do_not_break_the_page():
    page = page_of(notebook_with("a\x00b\x01c\ud800d"))
    assert "a�b�c�d" in page
    assert not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f]", page)
    page.encode("utf-8")


def test_the_page_is_whole_and_says_what_it_is():
    tree = lxml.html.document_fromstring(html_page([b.content() for b in blocks_with("Text")]))
    assert tree.get("lang") == "en"
    assert len(tree.xpath("//h1")) == len(tree.xpath("//main")) == 1
    assert tree.xpath("//a[@class='nit-skip']/@href") == ["#content"]
    assert tree.xpath("//main/@id") == ["content"]
    assert tree.xpath("//th[@scope='col']")
    assert tree.xpath("//th[@scope='row']")
    assert tree.xpath("//table/caption")
    assert tree.xpath("//meta[@name='viewport']")


def test_headings_do_not_skip_a_level():
    page = html_page([b.content() for b in blocks_with("Text")])
    levels = [int(n) for n in re.findall(r"<h([1-6])", page)]
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_the_policy_allows_the_style_sheet_and_pictures_and_nothing_else():
    tree = lxml.html.document_fromstring(html_page([b.content() for b in blocks_with("x")]))
    [policy] = tree.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
    [css] = tree.xpath("//style/text()")
    digest = b64encode(hashlib.sha256(css.encode()).digest()).decode()
    assert policy == content_policy(css)
    assert css.startswith(stylesheet("brief.css"))
    assert f"'sha256-{digest}'" in policy
    assert policy.startswith("default-src 'none'; ")
    assert "unsafe" not in policy
    assert not re.search(r"@import|url\((?!data:font/woff2;base64,)", css)


def test_a_notebook_without_a_title_gets_one_from_its_first_heading():
    cells = [nbformat.v4.new_markdown_cell("# My notes\n\ntext")]
    tree = lxml.html.document_fromstring(page_of(nbformat.v4.new_notebook(cells=cells)))
    assert tree.xpath("string(//title)") == "My notes"
    assert tree.xpath("string(//h1)") == "My notes"


def test_two_renderings_are_the_same_bytes():
    notebook = notebook_with(*TEXTS[:3])
    assert page_of(notebook) == page_of(notebook)


@pytest.mark.parametrize("texts", KINDS.values(), ids=KINDS)
def test_a_hostile_text_as_markdown_and_as_html_does_not_act(texts):
    outputs = [nbformat.v4.new_output("display_data", {"text/html": text}) for text in texts]
    code = nbformat.v4.new_code_cell("show()", execution_count=1, outputs=outputs)
    cells = [*(nbformat.v4.new_markdown_cell(text) for text in texts), code]
    page = page_of(nbformat.v4.new_notebook(cells=cells))
    tree = lxml.html.document_fromstring(page)
    allowed = ALLOWED | {"blockquote", "br", "img", "math", "mi", "mn", "mo", "mrow", "mspace"}
    allowed |= {"msub", "msubsup", "msup", "s", "sub", "sup"}
    assert {element.tag for element in tree.iter() if isinstance(element.tag, str)} <= allowed
    names = {name for e in tree.xpath("//main//*") for name in e.attrib}
    assert not [name for name in names if name.startswith("on") or name == "style"]
    assert all(safe_link(address) for address in tree.xpath("//main//@href"))
    assert all(address.startswith("data:image/") for address in tree.xpath("//@src"))


def test_links_to_places_that_a_text_names_lead_there():
    texts = [
        '<a id="alone"></a>\n\n## First',
        '## <a name="one two"></a>Second\n\n<p id="third">x</p>\n\n<p id="third">twice</p>',
        '<p id="unused">y</p>\n\n<p id="content">z</p>',
        "[a](#alone) [b](#one%20two) [c](#third) [d](#content) [e](#Second)",
    ]
    cells = [nbformat.v4.new_markdown_cell(text) for text in ("# Title", *texts)]
    tree = lxml.html.document_fromstring(page_of(nbformat.v4.new_notebook(cells=cells)))
    assert tree.xpath("//*[@class='nit-prose']//@id") == ["alone", "one two", "third"]
    assert tree.xpath("//main//p/a[@href]/@href") == [
        *("#alone", "#one%20two", "#third", "#content", "#section-2"),
    ]
    for place, heading in (("alone", "First"), ("one two", "Second")):
        assert tree.xpath(f"string(//*[@id='{place}']/following::h2[1])") == heading


@pytest.mark.parametrize(
    ("header", "lang"), [("lang: de", "de"), ("lang: pt-BR", "pt-BR"), ("lang: x y", "en")]
)
def test_a_header_says_in_which_language_a_notebook_is(header, lang):
    cells = [nbformat.v4.new_raw_cell(f"---\ntitle: T\n{header}\n---")]
    tree = lxml.html.document_fromstring(page_of(nbformat.v4.new_notebook(cells=cells)))
    assert tree.get("lang") == lang
    assert tree.xpath("//meta[@name='citation_language']/@content") == [lang]


@pytest.mark.parametrize("kind", ["html", "pdf"])
def test_the_command_tells_a_refusal_in_one_line(tmp_path, kind):
    path = tmp_path / "mine.ipynb"
    cells = [nbformat.v4.new_markdown_cell("# T"), nbformat.v4.new_code_cell("1 + 1")]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), path)
    command = [sys.executable, "-m", "nbconvert", "--to", f"nit-brief-{kind}", str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    told = [line for line in done.stderr.splitlines() if not line.startswith("[NbConvertApp]")]
    assert told == ["mine: cell 2 was not run: run the notebook before it is rendered as a brief"]


def test_links_to_headings_lead_there():
    source = "# Title\n\n[a](#My-first:-part) [b](#my-first-part) [c](#none)\n\n## My first: part"
    cells = [nbformat.v4.new_markdown_cell(source)]
    page, _ = HTMLBriefExporter().from_notebook_node(nbformat.v4.new_notebook(cells=cells))
    assert re.findall('<a href="(#.*?)">[abc]<', page) == ["#section-1", "#section-1", "#none"]
    assert '<h2 id="section-1">' in page
