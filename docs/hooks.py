"""What MkDocs calls while it builds the site: computed parts, formulas, generated pages."""

from __future__ import annotations

import re
from functools import cache
from html import unescape

import jinja2
from latex2mathml.converter import convert
from mkdocs.plugins import event_priority
from mkdocs.structure.files import File

import analysis
from analysis import cli
from analysis.facts.files import project_root
from analysis.publication import pages, reference
from analysis.reconciliation import cleaning
from analysis.tables.datapackage import codebook

ROOT = project_root()
API = "reference/api"


def on_config(config):
    """Give every page of the API reference its place in the menu."""
    titles = {f"{t.lower().replace(' ', '_')}.md": t for t in reference.PARTS}
    api = [{title: f"{API}/{name}"} for name, title in titles.items() if name in _api_pages()]
    for section in config.nav:
        for entry in next(iter(section.values())):
            if isinstance(entry, dict) and entry.get("API") == API:
                entry["API"] = api
    return config


@cache
def _api_pages() -> dict[str, str]:
    return reference.module_pages(ROOT / "src" / "analysis")


@cache
def _executed_pages() -> dict[str, str | bytes]:
    return reference.executed_pages()


@event_priority(100)
def on_files(files, config):
    """Add the generated pages and their pictures, a sample brief and the typeface."""
    made = {f"{API}/{name}": text for name, text in _api_pages().items()}
    made |= {f"notebooks/{name}": content for name, content in _executed_pages().items()}
    made["codebook.md"] = f"# Codebook\n\n{_codebook()}"
    for name, content in made.items():
        files.append(File.generated(config, name, content=content))
    copied = {
        f"assets/sample/{path.name}": path for path in (ROOT / "reports" / "sample").glob("HUN.*")
    }
    for path in (ROOT / "src/analysis/briefs/fonts").glob("*.ttf"):
        copied[f"assets/fonts/{path.name}"] = path
    for name, path in copied.items():
        files.append(File.generated(config, name, abs_src_path=str(path)))
    return files


def _codebook() -> str:
    lead = (
        "Every table of `data/processed`, column by column. The same descriptions stand in "
        "`data/processed/datapackage.json` for programs (Frictionless Data Package).\n\n"
    )
    return lead + re.sub(r"^### ", "## ", codebook(), flags=re.MULTILINE)


@cache
def _known() -> dict[str, object]:
    printed = cleaning.read_printed()
    known = pages.counts(printed) | pages.data_tables(printed)
    return known | {
        "version": analysis.VERSION,
        "date": analysis.DATE,
        "citation": analysis.project_citation(),
        "ratings_citation": analysis.RATINGS_CITATION,
        "coverage_table": pages.coverage_table(),
        "gaps_table": pages.gaps_table(cleaning.reconciled(printed)),
        "commands": reference.command_reference(cli.app),
        "notebooks": reference.notebook_reference(),
        "validation_summary": pages.summary_table(),
        "validation_figures": pages.pictures(),
        "validation_sanity": pages.sanity_table(),
        "validation_tables": pages.whole_tables(),
    }


def on_page_markdown(markdown, page, **_):
    """Fill in the computed parts of a page whose front matter says `computed: true`."""
    if not page.meta.get("computed"):
        return markdown
    environment = jinja2.Environment(undefined=jinja2.StrictUndefined, autoescape=False)
    return environment.from_string(markdown).render(_known())


def on_page_content(html, **_):
    """Turn formulas into MathML, which browsers show without a script; let wide tables scroll."""
    html = re.sub(
        r'<(span|div) class="arithmatex">\\[(\[](.*?)\\[)\]]</\1>',
        lambda found: _formula(found[2], "inline" if found[1] == "span" else "block"),
        html,
        flags=re.DOTALL,
    )
    return re.sub(r"<table(?=[ >])", '<table tabindex="0"', html)


def _formula(tex: str, display: str) -> str:
    math = convert(unescape(tex).strip(), display=display)
    return math if display == "inline" else f'<div class="formula" tabindex="0">{math}</div>'


def on_post_page(output, **_):
    """Name the search, and keep only the outermost lists of links as landmarks."""
    output = output.replace(
        '<div class="md-search" data-md-component="search" role="dialog">',
        '<div class="md-search" data-md-component="search" role="dialog" aria-label="Search">',
    )
    nested = r'<nav class="md-nav" (?:data-md-level="[1-9]"[^>]*|aria-label="(?!Table of)[^"]*")>'
    return re.sub(nested, _without_landmark, output)


def _without_landmark(found: re.Match[str]) -> str:
    return re.sub(r' aria-[a-z]+="[^"]*"', "", found.group()).replace("<nav", '<nav role="none"')
