"""Write reports/index.html from the manifest and the processed scores."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from analysis.batch.plan import REGION
from analysis.export.index import index_page, index_rows, links
from analysis.files import project_root, read_processed, write_text
from analysis.scores import score_series


def write_index(manifest: dict[str, Any]) -> None:
    """Write the front door of reports/: every brief that exists.

    Parameters
    ----------
    manifest
        What `analysis.batch.manifest.update_manifest` returns.
    """
    briefs = manifest["briefs"]
    files: dict[str, Sequence[str]] = {
        name: list(entry.get("files", {})) for name, entry in briefs.items()
    }
    failures = {name: e["error"] for name, e in briefs.items() if e["outcome"] == "failed"}
    series = score_series(
        read_processed("panel"), read_processed("scores"), read_processed("printed_scores")
    )
    page = index_page(index_rows(series, files, failures), links(REGION, files.get(REGION, ())))
    write_text(project_root() / "reports" / "index.html", page)
