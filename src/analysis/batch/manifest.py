"""reports/manifest.json: what was made, from what, and with which result.

The manifest is provenance and the record of what is up to date at once. It holds nothing that
depends on the clock or the machine, so that two builds give the same bytes; durations and peak
memory go to ``reports/.state/run.json``. While a run goes on, each finished target is a line of
``reports/.state/journal.jsonl``: a run that is killed loses nothing that was finished.
"""

from __future__ import annotations

import hashlib
import json
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from analysis.facts.files import processed_folder, project_root, write_text
from analysis.facts.release import DATE, VERSION

SECTIONS: Final = ("results", "briefs")

Entry = dict[str, Any]


def reports_folder() -> Path:
    """Return reports/ of the project folder."""
    return project_root() / "reports"


def manifest_path() -> Path:
    """Return the path of the manifest."""
    return reports_folder() / "manifest.json"


def state_folder() -> Path:
    """Return the folder of what a later run may need to know but no reader."""
    return reports_folder() / ".state"


def _run_path() -> Path:
    return state_folder() / "run.json"


def _journal_path() -> Path:
    return state_folder() / "journal.jsonl"


def read_manifest() -> dict[str, Any]:
    """Return the manifest, empty where none has been written or it is unreadable."""
    return _read_json(manifest_path())


def _read_json(path: Path) -> dict[str, Any]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}


@dataclass
class Records:
    """What is recorded of every target, with the lines of an unfinished run.

    Attributes
    ----------
    results, briefs
        Name -> entry of the manifest.
    run
        Name -> seconds and peak memory of the last run; not reproducible.
    seen
        File in reports/ -> size and time of change when its hash was recorded.
    index
        Digest of what the index page was made from.
    """

    results: dict[str, Entry] = field(default_factory=dict)
    briefs: dict[str, Entry] = field(default_factory=dict)
    run: dict[str, Entry] = field(default_factory=dict)
    seen: dict[str, list[int]] = field(default_factory=dict)
    index: str = ""

    def section(self, name: str) -> dict[str, Entry]:
        """Return ``results`` or ``briefs``."""
        found: dict[str, Entry] = getattr(self, name)
        return found

    def add(self, section: str, name: str, entry: Entry, run: Entry, seen: Entry) -> None:
        """Record a finished target, at once and on disk."""
        line = {"section": section, "name": name, "entry": entry, "run": run, "seen": seen}
        path = _journal_path()
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a", encoding="utf-8") as journal:
            journal.write(json.dumps(line, ensure_ascii=False) + "\n")
        self._take(line)

    def _take(self, line: dict[str, Any]) -> None:
        self.section(line["section"])[line["name"]] = line["entry"]
        self.run[line["name"]] = line["run"]
        self.seen |= line["seen"]


def read_records() -> Records:
    """Return the manifest's records and those of a run that was cut off."""
    manifest, run = read_manifest(), _read_json(_run_path())
    records = Records(
        results=dict(manifest.get("results", {})),
        briefs=dict(manifest.get("briefs", {})),
        run=dict(run.get("targets", {})),
        seen=dict(run.get("files", {})),
        index=str(run.get("index", "")),
    )
    try:
        lines = _journal_path().read_text(encoding="utf-8").splitlines()
    except OSError:
        return records
    for text in lines:
        try:
            line = json.loads(text)
        except ValueError:
            continue  # the last line of a run that was killed while it wrote
        records._take(line)
    return records


def write_manifest(records: Records) -> dict[str, Any]:
    """Write the manifest from the records, then drop the journal, and return the manifest.

    It is written only where it changes.
    """
    manifest = {
        "release": {"version": VERSION, "date": DATE},
        "made_with": {"python": python_version(), "requirements.lock": lock_digest()},
        "data": {p.name: file_digest(p) for p in sorted(processed_folder().glob("*.csv"))},
        "results": dict(sorted(records.results.items())),
        "briefs": dict(sorted(records.briefs.items())),
    }
    text = json.dumps(manifest, indent=1, ensure_ascii=False) + "\n"
    if not manifest_path().is_file() or manifest_path().read_text(encoding="utf-8") != text:
        write_text(manifest_path(), text)
    if _journal_path().exists():
        write_run(records)
        _journal_path().unlink()
    return manifest


def write_run(records: Records) -> None:
    """Write what is not reproducible: durations, peak memory, times of files."""
    content = {
        "targets": dict(sorted(records.run.items())),
        "files": dict(sorted(records.seen.items())),
        "index": records.index,
    }
    write_text(_run_path(), json.dumps(content, indent=1) + "\n")


def file_digest(path: Path) -> str:
    """Return the SHA-256 of a file, empty where there is none."""
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return ""


def lock_digest() -> str:
    """Return the SHA-256 of the lock file of the checkout that this package belongs to."""
    return file_digest(Path(__file__).resolve().parents[3] / "requirements.lock")


def python_version() -> str:
    """Return the version of Python that decides which of the locked packages are used."""
    return f"{sys.version_info.major}.{sys.version_info.minor}"
