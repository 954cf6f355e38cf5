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
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, Field

from analysis import DATE, VERSION
from analysis.batch.place import can_name, lie_in
from analysis.batch.plan import Target
from analysis.facts.files import processed_folder, project_root, write_text

Entry = dict[str, Any]

JOURNAL: Final = "journal.jsonl"
RUN: Final = "run.json"

_OfData = Annotated[str, Field(pattern=r"^data(/[^/\\\x00]*[^/\\\x00.][^/\\\x00]*)+/?$")]
"""Path of a file or folder of data/: no part is empty or nothing but dots."""


class MadeFrom(BaseModel, strict=True, extra="forbid"):
    """What something was made from: digests, and those of every input."""

    notebook: str
    code: str
    python: str
    lock: str = Field(alias="requirements.lock")
    inputs: dict[_OfData, str]


class Recorded(BaseModel, strict=True):
    """The shape of an entry of the manifest."""

    title: str = ""
    notebook: str = ""
    parameters: dict[str, Any] = {}
    formats: list[str] = []
    outcome: Literal["made", "failed"] = "made"
    error: str = ""
    cell: int = 0
    kept: list[str] = []
    files: dict[str, str] = {}
    outputs: dict[_OfData, str] = {}
    made_from: MadeFrom = MadeFrom.model_construct()  # none, but not null


def reports_folder() -> Path:
    """Return reports/ of the project folder."""
    return project_root() / "reports"


def manifest_path() -> Path:
    """Return the path of the manifest."""
    return reports_folder() / "manifest.json"


def state_folder() -> Path:
    """Return the folder of what a later run may need to know but no reader."""
    return reports_folder() / ".state"


def read_manifest() -> dict[str, Any]:
    """Return the manifest, empty where none has been written or it is unreadable."""
    return _read_json(manifest_path())


def _read_json(path: Path) -> dict[str, Any]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, RecursionError):
        content = None
    if isinstance(content, dict):
        return content
    _set_aside(path.relative_to(reports_folder()).as_posix(), "it cannot be read")
    return {}


def _set_aside(what: str, why: str) -> None:
    """Tell that a record of earlier runs does not count; what it was about is made anew."""
    print(f"nit: reports/{what} is set aside: {why}", file=sys.stderr)


def _section(content: dict[str, Any], name: str) -> dict[str, Entry]:
    """Return the entries of a manifest that have the shape of one."""
    if not isinstance(entries := content.get(name, {}), dict):
        _set_aside("manifest.json", f"{name} is no list of entries")
        return {}
    reports = reports_folder()
    sound = {
        key: {part: value for part, value in entry.items() if part in Recorded.model_fields}
        for key, entry in entries.items()
        if _is_entry(reports, name, key, entry)
    }
    for key in sorted(entries.keys() - sound.keys()):
        _set_aside("manifest.json", f"the entry {key[:60]!r} is not one of ours")
    return sound


def _is_entry(reports: Path, section: str, name: str, entry: Any) -> bool:
    """Tell whether a record has the shape of an entry and names files of data/ and its own only."""
    try:
        Recorded.model_validate(entry)
        json.dumps(entry, ensure_ascii=False).encode()  # half a character cannot be written again
    except ValueError:
        return False
    needed = {"title", "notebook", "parameters"}
    needed |= {"outputs"} if section == "results" else {"files", "formats"}
    if not can_name(name) or ("made_from" in entry and not needed <= {*entry}):
        return False
    return lie_in(reports / name, entry.get("files", {}))


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
        As `analysis.batch.reasons.Present.index` returned it when the index was made.
    manifest
        As it was read.
    """

    results: dict[str, Entry] = field(default_factory=dict)
    briefs: dict[str, Entry] = field(default_factory=dict)
    run: dict[str, Entry] = field(default_factory=dict)
    seen: dict[str, list[int]] = field(default_factory=dict)
    index: dict[str, str] = field(default_factory=dict)
    manifest: dict[str, Any] = field(default_factory=dict)

    def section(self, name: str) -> dict[str, Entry]:
        """Return ``results`` or ``briefs``."""
        found: dict[str, Entry] = getattr(self, name)
        return found

    def entry(self, target: Target) -> Entry:
        """Return what is recorded of a target, or nothing."""
        return self.section(target.section).get(target.name, {})

    def add(self, target: Target, entry: Entry, run: Entry, seen: Entry) -> None:
        """Record a finished target, at once and on disk."""
        line: Entry = {"section": target.section, "name": target.name}
        line |= {"entry": entry, "run": run, "seen": seen}
        state_folder().mkdir(parents=True, exist_ok=True)
        with (state_folder() / JOURNAL).open("a", encoding="utf-8") as journal:
            # Whatever a run that was killed has left of its last line ends here.
            journal.write("\n" + json.dumps(line, ensure_ascii=False) + "\n")
        self.take(line)

    def take(self, line: Entry) -> None:
        """Take over a line of the journal."""
        self.run[line["name"]] = _mapping(line["run"])
        self.seen |= _mapping(line["seen"])
        self.section(line["section"])[line["name"]] = line["entry"]


def read_records() -> Records:
    """Return the manifest's records and those of a run that was cut off."""
    manifest, run = read_manifest(), _read_json(state_folder() / RUN)
    records = Records(
        results=_section(manifest, "results"),
        briefs=_section(manifest, "briefs"),
        run=_mapping(run.get("targets")),
        seen=_mapping(run.get("files")),
        index=_mapping(run.get("index")),
        manifest=manifest,
    )
    lines: list[str] = []
    with suppress(OSError):
        text = (state_folder() / JOURNAL).read_text(encoding="utf-8", errors="replace")
        lines = text.split("\n")  # `splitlines` knows ends of lines that JSON does not escape
    for text in lines:
        # The last line is cut off where a run was killed while it wrote.
        with suppress(ValueError, KeyError, TypeError, AttributeError, RecursionError):
            line = json.loads(text)
            if _is_entry(reports_folder(), line["section"], line["name"], line["entry"]):
                records.take(line)
    return records


def _mapping(content: Any) -> dict[str, Any]:
    return content if isinstance(content, dict) else {}


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
    if manifest != records.manifest:
        write_text(manifest_path(), json.dumps(manifest, indent=1, ensure_ascii=False) + "\n")
        records.manifest = manifest
    if (journal := state_folder() / JOURNAL).exists():
        write_run(records)
        journal.unlink()
    return manifest


def write_run(records: Records) -> None:
    """Write what is not reproducible: durations, peak memory, times of files."""
    content = {
        "targets": dict(sorted(records.run.items())),
        "files": dict(sorted(records.seen.items())),
        "index": records.index,
    }
    write_text(state_folder() / RUN, json.dumps(content, indent=1) + "\n")


def file_digest(path: Path) -> str:
    """Return the SHA-256 of a file, empty where there is none."""
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return ""


def input_digest(root: Path, name: str) -> str:
    """Return the digest of a file of data/, or of the names in a folder (``/`` at its end)."""
    if name.endswith("/"):
        names = sorted(p.name for p in (root / name).glob("*") if not p.name.startswith("."))
        return hashlib.sha256("\n".join(names).encode()).hexdigest()
    return file_digest(root / name)


@cache
def lock_digest() -> str:
    """Return the SHA-256 of the lock file of the checkout that this package belongs to."""
    return file_digest(Path(__file__).resolve().parents[3] / "requirements.lock")


def python_version() -> str:
    """Return the version of Python that decides which of the locked packages are used."""
    return f"{sys.version_info.major}.{sys.version_info.minor}"
