"""One browser and one set of pages for all tests of this folder."""

from pathlib import Path

import pytest

from analysis.export.explore import explore_page
from analysis.export.files import brief_files
from analysis.export.index import index_page
from analysis.facts.countries import COUNTRIES
from analysis.tables.stored import read_processed, score_series
from notebook_blocks import executed

from .chromium import CHROMIUM, MISSING, opened

WINDOW = {"first_edition": 2005, "last_edition": 2024}
BRIEFS = {
    "HUN": ("4_country_brief", {"country": "Hungary"}),
    "BIH": ("4_country_brief", {"country": "Bosnia and Herzegovina"}),
    "region": ("5_regional_brief", {"group": "Balkans"}),
    "pair": ("6_comparison_brief", {"countries": "Kosovo, Kazakhstan, Turkmenistan"}),
}
FAILURE = "cell 3: ValueError: <b>no such thing</b>"


@pytest.fixture(scope="module")
def browser():
    """Return the one Chromium of a module.

    Playwright's event loop runs as long: tests of other folders, which start kernels in this
    process, could not have one of their own beside it.
    """
    if CHROMIUM is None:
        pytest.skip(MISSING)
    with opened() as chromium:
        yield chromium


class Watched:
    """A browser page that keeps what it should never see."""

    def __init__(self, browser, **options):
        self.page = browser.new_page(**options)
        self.dialogs, self.requests, self.errors = [], [], []
        self.page.on("dialog", self._dialog)
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.on("console", lambda message: self.errors.append(message.text))
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))

    def _dialog(self, dialog):
        self.dialogs.append(dialog.message)
        dialog.dismiss()

    def open(self, path: Path):
        """Load a file and return the page."""
        self.page.goto(path.as_uri())
        return self.page

    def loaded(self):
        """Return the addresses that were fetched, data addresses left out."""
        return [url for url in self.requests if not url.startswith("data:")]


@pytest.fixture
def watched(browser):
    """Return a page of its own for a test."""
    one = Watched(browser)
    yield one
    one.page.close()


@pytest.fixture(scope="session")
def site(tmp_path_factory):
    """Return a folder like reports/ with a page of every kind."""
    folder = tmp_path_factory.mktemp("reports")
    formats = ("html", "pdf", "assets")
    entries = {}
    for name, (notebook, given) in BRIEFS.items():
        files = brief_files(name, executed(notebook, **given), formats)
        write(folder / name, files)
        entries[name] = entry(name, notebook, {**given, **WINDOW}, files)
    for country in COUNTRIES:
        files = {f"{country.iso3}.{ending}": "" for ending in ("html", "ipynb", "pdf")}
        given = {"country": country.name, **WINDOW}
        new = entry(country.iso3, "4_country_brief", given, files)
        entries.setdefault(country.iso3, new)
    entries["POL-2010-2020"] = entry(
        "POL-2010-2020",
        "4_country_brief",
        {"country": "Poland", "first_edition": 2010, "last_edition": 2020},
        {"POL-2010-2020.html": ""},
    )
    entries["UKR"] |= {"outcome": "failed", "error": FAILURE}
    entries["AZE"] |= {"outcome": "failed", "error": FAILURE, "files": {}}
    page = index_page({"briefs": entries, "data": {"panel.csv": "0" * 64}}, all_scores())
    (folder / "index.html").write_text(page, encoding="utf-8")
    page = explore_page(read_processed("panel"), all_scores())
    (folder / "explore.html").write_text(page, encoding="utf-8")
    return folder


def entry(name, notebook, parameters, files):
    """Return what the manifest keeps of a brief that was made."""
    return {
        "title": name,
        "notebook": notebook,
        "parameters": parameters,
        "outcome": "made",
        "files": dict.fromkeys(files, ""),
    }


def all_scores():
    """Return the committed scores."""
    return score_series(read_processed("country_editions"))


def write(folder, files):
    """Write the files of a brief."""
    for path, contents in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(contents)
