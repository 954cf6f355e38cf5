"""Write reports/index.html and reports/explore.html from the manifest and the processed data."""

from __future__ import annotations

from typing import Any

from analysis.export.explore import explore_page
from analysis.export.index import card_of, index_page
from analysis.facts.files import project_root, write_text
from analysis.statistics.group_data import score_series
from analysis.tables.stored import read_processed


def write_index(manifest: dict[str, Any]) -> None:
    """Write the front door of reports/, every brief that exists or was tried, and the page beside.

    Parameters
    ----------
    manifest
        What `analysis.batch.manifest.write_manifest` returns.
    """
    panel = read_processed("panel")
    series = score_series(read_processed("country_editions"))
    folder = project_root() / "reports"
    # What a user has deleted is not made again by itself, and no link leads there.
    briefs = {
        name: entry
        for name, entry in manifest["briefs"].items()
        if not entry.get("files") or (folder / name).is_dir()
    }
    write_text(folder / "index.html", index_page({**manifest, "briefs": briefs}, series))
    explore = folder / "explore.html"
    before = explore.read_text(encoding="utf-8", errors="replace") if explore.is_file() else ""
    page = explore_page(panel, series, before, card_of(briefs))
    if page != before:
        write_text(explore, page)
