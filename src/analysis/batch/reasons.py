"""Why a target has to be made: a comparison of what it was made from with what there is now."""

from __future__ import annotations

import csv
import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from analysis.batch.manifest import (
    Entry,
    Records,
    file_digest,
    input_digest,
    lock_digest,
    manifest_path,
    python_version,
    reports_folder,
    state_folder,
)
from analysis.batch.plan import RESULT_NOTEBOOKS, Target
from analysis.facts.files import Code, combined, project_root, write_bytes, write_text
from analysis.settings.notebooks import read_notebook

EXPLORE: Final = "explore.html"
PANEL: Final = "data/processed/panel.csv"

EXPORT: Final = "import analysis.export.files"
"""What every brief needs beside its notebook."""


@dataclass(frozen=True)
class Reason:
    """Why a target has to be made, in words for a person.

    `by_data`: only data changed that the notebook reads, so that it may come out the same.
    """

    words: str
    by_data: bool = False


class Present:
    """The notebooks, sources and data as they are now; each is read once.

    Parameters
    ----------
    records
        What is recorded of earlier runs.
    """

    def __init__(self, records: Records) -> None:
        self.records = records
        self._root, self._reports = project_root(), reports_folder()
        self._code = Code()
        self._files: dict[str, dict[str, str]] = {}
        self._digests: dict[str, str] = {}
        self.source_of = cache(self._source_of)

    def input_digest(self, name: str) -> str:
        """Return the digest of a file or folder of data/ as it was when first asked for."""
        if name not in self._digests:
            self._digests[name] = input_digest(self._root, name)
        return self._digests[name]

    def data_changed(self) -> None:
        """Forget what was read of data/processed: a notebook has written there."""
        self._digests = {n: d for n, d in self._digests.items() if n.startswith("data/raw/")}

    def _code_of(self, notebook: str) -> dict[str, str]:
        """Return the package's files that a notebook, and its export if it is a brief, use."""
        if notebook not in self._files:
            brief = notebook not in RESULT_NOTEBOOKS
            self._files[notebook] = code_behind(notebook, brief, self._code)
        return self._files[notebook]

    def index(self) -> dict[str, str]:
        """Return digests of the index, the page to explore, and what both are made from."""
        files = self._code.files("import analysis.batch.work")
        there = self.records.briefs.keys() & {path.name for path in self._reports.iterdir()}
        files |= {"manifest": file_digest(manifest_path()), "folders": " ".join(sorted(there))}
        pages = {name: file_digest(self._reports / name) for name in ("index.html", EXPLORE)}
        return {"made_from": combined(files), **pages}

    def _source_of(self, notebook: str) -> Entry:
        """Return what a notebook's targets are made from beside their inputs, as it is recorded."""
        return {
            "notebook": read_notebook(notebook).digest,
            "code": combined(self._code_of(notebook)),
            "python": python_version(),
            "requirements.lock": lock_digest(),
        }

    def reasons(self, target: Target) -> list[Reason]:
        """Return why a target has to be made; nothing if it is up to date."""
        if not (entry := self.records.entry(target)):
            return [Reason("new")]
        if entry.get("outcome") == "failed":
            return [Reason("failed last time")]
        if "made_from" not in entry:
            return [Reason("made by an earlier version")]
        if target.notebook.endswith(".ipynb"):
            return [Reason("what a notebook of your own reads is not known")]
        found = [*self._settings(target, entry), *self._inputs(entry["made_from"]["inputs"])]
        altered = self._altered_outputs if target.section == "results" else self._altered_files
        return [*found, *altered(target, entry)]

    def _settings(self, target: Target, entry: Entry) -> Iterator[Reason]:
        before, now = entry["made_from"], self.source_of(target.notebook)
        if entry["notebook"] != target.notebook:
            yield Reason(f"{entry['notebook']} became {target.notebook}")
        elif before["notebook"] != now["notebook"]:
            yield Reason("notebook changed")
        if (old := entry["parameters"]) != (new := target.parameters):
            # Of what is not given the notebook's own default holds.
            was, is_now = (dict.fromkeys({**old, **new}, "not given") | own for own in (old, new))
            changes = [f"{n} {was[n]} -> {is_now[n]}" for n in was if was[n] != is_now[n]]
            yield Reason(f"parameters changed: {', '.join(changes)}")
        if missing := [f for f in target.formats if f not in entry.get("formats", target.formats)]:
            yield Reason(f"{' and '.join(missing)} not made yet")
        if before["code"] != now["code"] and before["notebook"] == now["notebook"]:
            yield Reason(f"code changed{self._code_change(target, before['code'])}")
        if before["python"] != now["python"]:
            yield Reason(f"made with Python {before['python']}, this is {now['python']}")
        if before["requirements.lock"] != now["requirements.lock"]:
            yield Reason("lock file changed")

    def _inputs(self, before: dict[str, str]) -> Iterator[Reason]:
        changed = [name for name, digest in before.items() if self.input_digest(name) != digest]
        if PANEL in changed:
            yield Reason(f"panel changed{self._panel_change(before[PANEL])}", by_data=True)
        elif changed:
            yield Reason(f"{_few([_called(name) for name in changed])} changed", by_data=True)

    def keep_copies(self) -> None:
        """Keep the panels, and lists of files of code, that a record rests on, and no others."""
        entries = [*self.records.results.values(), *self.records.briefs.values()]
        made_from = [entry["made_from"] for entry in entries if "made_from" in entry]
        wanted = {_copy("code.json", digest) for digest in {made["code"] for made in made_from}}
        panels = {made["inputs"].get(PANEL, "") for made in made_from}
        wanted |= {_copy("panel.csv", digest) for digest in panels}
        there = set(state_folder().glob("code-*")) | set(state_folder().glob("panel-*"))
        for files in self._files.values():
            if (path := _copy("code.json", combined(files))) in wanted - there:
                write_text(path, json.dumps(files, indent=1) + "\n")
        if (path := _copy("panel.csv", file_digest(self._root / PANEL))) in wanted - there:
            write_bytes(path, (self._root / PANEL).read_bytes())
        for old in there - wanted:
            old.unlink()

    def _code_change(self, target: Target, digest: str) -> str:
        """Return which files of the package differ from those behind a hash, if they are known."""
        try:
            before = json.loads(_copy("code.json", digest).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return ""
        now = self._code_of(target.notebook)
        names = sorted(before.keys() | now.keys())
        return f": {_few([name for name in names if before.get(name) != now.get(name)])}"

    def _panel_change(self, digest: str) -> str:
        """Return how many ratings of whom differ from an earlier panel, if a copy was kept."""
        before, now = _ratings(_copy("panel.csv", digest)), _ratings(self._root / PANEL)
        if not before:
            return ""
        keys = {key for key in before.keys() | now.keys() if before.get(key) != now.get(key)}
        if not keys:
            return ": how ratings are known"
        countries = sorted({key[0] for key in keys})
        number = f"{len(keys)} rating{'s' if len(keys) > 1 else ''}"
        whose = " and ".join(countries) if len(countries) < 3 else f"{len(countries)} countries"
        return f": {number} of {whose}"

    def _altered_files(self, target: Target, entry: Entry) -> Iterator[Reason]:
        folder = f"{self._reports}{os.sep}{target.name}{os.sep}"
        for name, digest in entry["files"].items():
            try:
                status = os.stat(folder + name)  # noqa: PTH116 - a hundred thousand of them
            except OSError:
                yield Reason(f"{name} is missing")
                continue
            seen = self.records.seen.get(f"{target.name}/{name}")
            if seen == [status.st_size, status.st_mtime_ns]:
                continue
            if file_digest(Path(folder + name)) != digest:
                yield Reason(f"{name} was altered")

    def _altered_outputs(self, _target: Target, entry: Entry) -> Iterator[Reason]:
        for name, digest in entry["outputs"].items():
            now = self.input_digest(name)
            if now != digest:
                yield Reason(f"{_called(name)} {'was altered' if now else 'is missing'}")


def code_behind(notebook: str, exported: bool, code: Code | None = None) -> dict[str, str]:
    """Return the package's files that a notebook, and its export, rest on: name -> SHA-256."""
    text = read_notebook(notebook).code
    return (code or Code()).files(f"{text}\n{EXPORT}" if exported else text)


def _few(names: Sequence[str]) -> str:
    """Return names as a list, of many the first three."""
    if len(names) <= 4:
        return ", ".join(names)
    return f"{', '.join(names[:3])} and {len(names) - 3} others"


def _called(name: str) -> str:
    """Return what a person calls a table or file of data/."""
    if name.endswith("/"):
        return f"files in {name}"
    stem = name.rpartition("/")[2]
    return stem.removesuffix(".csv") if name.startswith("data/processed/") else stem


def _copy(name: str, digest: str) -> Path:
    """Return where a panel, or the list of files behind a hash of code, is kept for comparison."""
    return state_folder() / name.replace(".", f"-{digest[:16]}.")


def _ratings(path: Path) -> dict[tuple[str, str, str], str]:
    try:
        with path.open(encoding="utf-8", newline="") as file:
            return {
                (row["country"], row["edition"], row["category"]): row["rating"]
                for row in csv.DictReader(file)
            }
    except (OSError, KeyError):
        return {}
