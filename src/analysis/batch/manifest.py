"""reports/manifest.json: what was made, from which settings and data."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from analysis.batch.plan import Target
from analysis.batch.run import Outcome
from analysis.files import processed_folder, project_root, write_text
from analysis.release import DATE, VERSION


def manifest_path() -> Path:
    """Return the path of the manifest."""
    return project_root() / "reports" / "manifest.json"


def read_manifest() -> dict[str, Any]:
    """Return the manifest, empty where none has been written or it is unreadable."""
    try:
        manifest = json.loads(manifest_path().read_text(encoding="utf-8"))
    except (OSError, json.JSONDecodeError):
        return {}
    return manifest if isinstance(manifest, dict) else {}


def update_manifest(targets: Sequence[Target], outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """Record a run's targets beside those of earlier runs, and return the manifest.

    Nothing in it depends on the clock or the machine: durations are for the terminal.
    """
    briefs = dict(read_manifest().get("briefs", {}))
    for target, outcome in zip(targets, outcomes, strict=True):
        briefs[target.name] = _entry(target, outcome, briefs.get(target.name, {}))
    manifest = {
        "release": {"version": VERSION, "date": DATE},
        "data": {p.name: _hash(p) for p in sorted(processed_folder().glob("*.csv"))},
        "briefs": {name: briefs[name] for name in sorted(briefs)},
    }
    write_text(manifest_path(), json.dumps(manifest, indent=1, ensure_ascii=False) + "\n")
    return manifest


def _entry(target: Target, outcome: Outcome, before: dict[str, Any]) -> dict[str, Any]:
    if outcome.error:
        return {**before, "title": target.title, "outcome": "failed", "error": outcome.error}
    folder = project_root() / "reports" / target.name
    made = {f"{target.name}.{ending}" for ending in ("ipynb", *target.formats)}
    files = {**before.get("files", {}), **{name: _hash(folder / name) for name in sorted(made)}}
    return {
        "title": target.title,
        "notebook": target.notebook,
        "parameters": target.parameters,
        "outcome": "made",
        "files": {name: files[name] for name in sorted(files)},
    }


def _hash(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
