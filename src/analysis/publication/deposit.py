"""What is handed to a journal or an archive: files, checksums, their description, one zip.

The archive is the same bytes from the same project and described as an RO-Crate 1.1; its README
has the order that data editors of social science journals ask for.
``python -m analysis.publication.deposit`` writes the checksums of the release.
"""

from __future__ import annotations

import hashlib
import io
import json
import logging
import mimetypes
import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import pandas as pd
from rocrate.model.contextentity import ContextEntity
from rocrate.rocrate import ROCrate

import analysis
from analysis import AUTHOR, DATE, TITLE, VERSION
from analysis.batch.manifest import read_records
from analysis.batch.plan import RESULT_NOTEBOOKS, released_targets
from analysis.batch.verify import CHECKSUMS, read_checksums
from analysis.briefs.blocks import MIME, environment
from analysis.facts.errors import AnalysisError
from analysis.facts.files import project_root, write_bytes, write_text
from analysis.facts.rating_system import SOURCE_KINDS
from analysis.reconciliation.intake import FOLDERS
from analysis.settings.notebooks import read_notebook

_LOG: Final = logging.getLogger("analysis")

README: Final = "README-deposit.md"
SUMS: Final = "CHECKSUMS"
CRATE: Final = "ro-crate-metadata.json"

_FILES: Final = (
    *("CHANGELOG.md", "CITATION.cff", "CONTRIBUTING.md", "LICENSE", "Makefile", "README.md"),
    *("environment.yml", "mkdocs.yml", "pyproject.toml", "requirements.lock"),
)
_TREES: Final = (
    *("batches", "benchmarks", "data", "docs", "notebooks", "reports", "src", "tests", "tools"),
)
_SKIPPED: Final = {"__pycache__", ".ipynb_checkpoints", "variants", ".state", "looks"}
_CODE, _DATA = "https://spdx.org/licenses/MIT", "https://creativecommons.org/licenses/by/4.0/"
_LICENCES: Final = {_CODE: "MIT Licence", _DATA: "Creative Commons Attribution 4.0"}
_TYPES: Final = {
    "ipynb": "application/x-ipynb+json",
    "yml": "application/yaml",
    "md": "text/markdown",
    "cff": "application/yaml",
    "toml": "application/toml",
    "lock": "text/plain",
}


def write_bundle(folder: Path) -> Path:
    """Write the deposit of the project into a folder, and return its path.

    Raises
    ------
    AnalysisError
        If the briefs have not been rendered.
    """
    root = project_root()
    contents = {name: (root / name).read_bytes() for name in _deposit_files(root)}
    declared = read_checksums(root) if (root / CHECKSUMS).is_file() else {}
    there = [name for name in declared if name in contents]
    if others := [n for n in there if _sha256(contents[n]) != declared[n]]:
        told = f"{len(others)} files, such as {others[0]}, are not those of {CHECKSUMS}"
        _LOG.warning(f"{told}: `make checksums` makes them again and writes their sums")
    contents[README] = deposit_readme(root, list(contents)).encode()
    contents[CRATE] = crate_metadata(contents)
    contents[SUMS] = checksum_lines(contents).encode()
    target = folder / f"nations-in-transit-{VERSION}.zip"
    write_bytes(target, zipped(contents))
    return target


def _deposit_files(root: Path) -> list[str]:
    """Return the files of a deposit, relative to the project folder, sorted."""
    if not (root / "reports" / "manifest.json").is_file():
        raise AnalysisError(f"{root / 'reports'} has no briefs yet: run `make briefs` first")
    paths = [path for tree in _TREES for path in (root / tree).rglob("*")]
    paths += [root / name for name in _FILES]
    names = [path.relative_to(root).as_posix() for path in paths if path.is_file()]
    # The user's own reports and workbook stay out: their texts are Freedom House's.
    own = tuple(f"data/raw/{folder}/" for folder in FOLDERS)
    return sorted(
        name
        for name in names
        if not re.search(r"(^|/)\.|\.egg-info/|\.pyc$", name)
        and not _SKIPPED & {*name.split("/")}
        and (not name.startswith(own) or name.endswith("/README.md"))
    )


def checksum_lines(contents: Mapping[str, bytes]) -> str:
    """Return the SHA-256 of files as ``sha256sum`` writes them, by name."""
    return "".join(f"{_sha256(content)}  {name}\n" for name, content in sorted(contents.items()))


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def zipped(contents: Mapping[str, bytes]) -> bytes:
    """Return files as a zip archive: by name, dated like the release, with one mode."""
    year, month, day = map(int, DATE.split("-"))
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name in sorted(contents):
            entry = zipfile.ZipInfo(name, (year, month, day, 0, 0, 0))
            entry.external_attr = 0o100644 << 16
            entry.create_system = 3
            archive.writestr(entry, contents[name], zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def crate_metadata(contents: Mapping[str, bytes]) -> bytes:
    """Return ``ro-crate-metadata.json`` of files: each with size, type and licence."""
    crate = ROCrate(version="1.1")
    crate.name, crate.description = TITLE, f"Deposit of version {VERSION}."
    crate.datePublished = DATE
    organization = {"@type": "Organization", "name": AUTHOR}
    maintainers = crate.add(ContextEntity(crate, "#maintainers", organization))
    licences = {
        address: crate.add(ContextEntity(crate, address, {"@type": "CreativeWork", "name": name}))
        for address, name in _LICENCES.items()
    }
    crate.license = licences[_CODE]
    crate.creator = crate.publisher = crate.root_dataset["author"] = maintainers
    for name in sorted(contents):
        known = mimetypes.MimeTypes().guess_type(name, strict=True)[0]
        properties = {
            "name": name,
            "contentSize": str(len(contents[name])),
            "encodingFormat": _TYPES.get(name.rpartition(".")[2]) or known or "text/plain",
            "license": {"@id": _DATA if name.startswith(("data/", "reports/")) else _CODE},
        }
        crate.add_file(dest_path=name, properties=properties)
    described: dict[str, Any] = crate.metadata.generate()
    # Entities in a fixed order, whatever the library's sets did.
    described["@graph"].sort(key=lambda entity: entity["@id"])
    return (json.dumps(described, indent=1, ensure_ascii=False, sort_keys=True) + "\n").encode()


def deposit_readme(root: Path, names: Sequence[str]) -> str:
    """Return the README of files: rights, sources, software, run time, randomness, exhibits."""
    records = read_records()
    there = {name.split("/")[1] for name in names if name.startswith("reports/")}
    notebooks = {n: entry["notebook"] for n, entry in records.briefs.items() if n in there}
    kinds = pd.read_csv(root / "data/raw/sources.csv")["kind"].value_counts()
    package = json.loads((root / "data/processed/datapackage.json").read_text(encoding="utf-8"))
    lock = (root / "requirements.lock").read_text(encoding="utf-8")
    template = Path(__file__).with_name("deposit.md.j2").read_text(encoding="utf-8")
    plain = environment().overlay(autoescape=False)
    return plain.from_string(template).render(
        release=analysis,
        kinds=[(kind, kinds[kind]) for kind in SOURCE_KINDS if kind in kinds],
        names=names,
        tables=package["resources"],
        pins=re.findall(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)", lock, re.MULTILINE),
        run=list(_run(notebooks, records.run)),
        seeds=[
            (path.name, f"seed: {seed.type} = {seed.written}  # {seed.help}")
            for path in sorted((root / "notebooks").glob("*.ipynb"))
            for seed in read_notebook(path.stem).parameters
            if seed.name == "seed"
        ],
        exhibits=[
            exhibit
            for name in names
            if name.startswith("reports/") and name.endswith(".ipynb") and ".failed" not in name
            for exhibit in _exhibits(root / name)
        ],
        notebooks=notebooks,
    )


def _exhibits(executed: Path) -> Iterator[dict[str, str]]:
    """Yield the figures and tables of one executed notebook, in order."""
    for cell in json.loads(executed.read_text(encoding="utf-8"))["cells"]:
        for output in cell.get("outputs", ()):
            content = output.get("data", {}).get(MIME, {"kind": ""})
            if content["kind"] in ("figure", "table"):
                code = "".join(cell["source"]).strip().splitlines()[-1]
                yield {**content, "brief": executed.stem, "cell": cell["id"], "code": code}


def _run(notebooks: Mapping[str, str], run: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Yield what each notebook took when it last ran: what, seconds, megabytes at the peak."""
    notebook_of = {**{name: name for name in RESULT_NOTEBOOKS}, **notebooks}
    for notebook in sorted({*notebook_of.values()}):
        took = [run[name] for name, its in notebook_of.items() if its == notebook and name in run]
        if took:
            seconds, peak = (sorted(one[key] for one in took) for key in ("seconds", "peak_mb"))
            each, upto = "", ""
            if len(took) > 1:
                each, upto = f", each of {len(took)}", f" to {seconds[-1]:.1f}"
            yield f"`{notebook}`{each}", f"{seconds[0]:.1f}{upto}", f"{peak[-1]:.0f}"


def released(root: Path) -> dict[str, bytes]:
    """Return the results of the release: processed data, rendered briefs and the sample.

    Raises
    ------
    AnalysisError
        If a brief of the release has not been rendered.
    """
    reports = root / "reports"
    briefs = [
        reports / target.name / f"{target.name}.{kind}"
        for target in released_targets()
        for kind in ("html", "pdf")
    ]
    if missing := [path for path in briefs if not path.is_file()]:
        raise AnalysisError(f"{missing[0]} has not been rendered: run `make checksums`")
    data = [path for path in (root / "data" / "processed").glob("*.*") if path.is_file()]
    sample = [p for p in (reports / "sample").iterdir() if p.suffix in (".html", ".pdf")]
    found = [*data, *briefs, *sample]
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in found}


if __name__ == "__main__":
    write_text(project_root() / CHECKSUMS, checksum_lines(released(project_root())))
