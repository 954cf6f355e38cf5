"""One zip archive, the same bytes from the same project, described as an RO-Crate 1.1."""

from __future__ import annotations

import io
import json
import mimetypes
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from rocrate.model.contextentity import ContextEntity
from rocrate.rocrate import ROCrate

from analysis import AUTHOR, DATE, TITLE, VERSION
from analysis.facts.files import project_root, write_bytes
from analysis.publication.deposit.contents import checksum_lines, deposit_files
from analysis.publication.deposit.readme import README, deposit_readme

SUMS: Final = "CHECKSUMS"
CRATE: Final = "ro-crate-metadata.json"
_CODE, _DATA = "https://spdx.org/licenses/MIT", "https://creativecommons.org/licenses/by/4.0/"
_LICENCES: Final = {_CODE: "MIT Licence", _DATA: "Creative Commons Attribution 4.0"}
_TYPES: Final = {
    ".ipynb": "application/x-ipynb+json",
    ".yml": "application/yaml",
    ".md": "text/markdown",
    ".cff": "application/yaml",
    ".toml": "application/toml",
    ".lock": "text/plain",
}
_MODE: Final = 0o100644 << 16


def write_bundle(folder: Path) -> Path:
    """Write the deposit of the project into a folder.

    Returns
    -------
    pathlib.Path
        The archive, ``nations-in-transit-<version>.zip``.

    Raises
    ------
    analysis.facts.errors.AnalysisError
        If the briefs have not been rendered.
    """
    target = folder / f"nations-in-transit-{VERSION}.zip"
    write_bytes(target, zipped(deposit_contents(project_root())))
    return target


def deposit_contents(root: Path) -> dict[str, bytes]:
    """Return every file of the deposit: the project's, and those that describe it."""
    contents = {name: (root / name).read_bytes() for name in deposit_files(root)}
    contents[README] = deposit_readme(root, sorted(contents)).encode()
    contents[CRATE] = crate_metadata(contents)
    contents[SUMS] = checksum_lines(contents).encode()
    return contents


def zipped(contents: Mapping[str, bytes]) -> bytes:
    """Return files as a zip archive: by name, dated like the release, with one mode."""
    year, month, day = (int(part) for part in DATE.split("-"))
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name in sorted(contents):
            entry = zipfile.ZipInfo(name, (year, month, day, 0, 0, 0))
            entry.external_attr = _MODE
            entry.create_system = 3
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, contents[name])
    return buffer.getvalue()


def crate_metadata(contents: Mapping[str, bytes]) -> bytes:
    """Return ``ro-crate-metadata.json`` of files: each with size, type and licence.

    Parameters
    ----------
    contents
        Name in the archive -> content.
    """
    crate = ROCrate(version="1.1")
    crate.name, crate.description = TITLE, f"Deposit of version {VERSION}."
    crate.datePublished = DATE
    entities = [
        ContextEntity(crate, "#maintainers", {"@type": "Organization", "name": AUTHOR}),
        *(
            ContextEntity(crate, address, {"@type": "CreativeWork", "name": name})
            for address, name in _LICENCES.items()
        ),
    ]
    for entity in entities:
        crate.add(entity)
    maintainers, crate.license = entities[0], entities[1]
    crate.creator = crate.publisher = crate.root_dataset["author"] = maintainers
    for name in sorted(contents):
        licence = _DATA if name.startswith(("data/", "reports/")) else _CODE
        properties = {
            "name": name,
            "contentSize": str(len(contents[name])),
            "encodingFormat": _type(name),
            "license": {"@id": licence},
        }
        crate.add_file(dest_path=name, properties=properties)
    described: dict[str, Any] = crate.metadata.generate()
    # Entities in a fixed order, whatever the library's sets did.
    described["@graph"].sort(key=lambda entity: entity["@id"])
    return (json.dumps(described, indent=1, ensure_ascii=False, sort_keys=True) + "\n").encode()


def _type(name: str) -> str:
    ending = f".{name.rpartition('.')[2]}"
    known = mimetypes.MimeTypes().guess_type(name, strict=True)[0]
    return _TYPES.get(ending) or known or "text/plain"
