"""Write reports/index.html from the manifest and the processed scores."""

from __future__ import annotations

from typing import Any

from analysis.export.index import index_page
from analysis.facts.files import project_root, read_processed, write_text
from analysis.statistics.score_series import score_series


def write_index(manifest: dict[str, Any]) -> None:
    """Write the front door of reports/: every brief that exists or was tried.

    Parameters
    ----------
    manifest
        What `analysis.batch.manifest.update_manifest` returns.
    """
    series = score_series(
        read_processed("panel"), read_processed("scores"), read_processed("printed_scores")
    )
    page = index_page(manifest, series)
    write_text(project_root() / "reports" / "index.html", page)
