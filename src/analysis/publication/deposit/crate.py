"""The deposit described as an RO-Crate 1.1, for archives and search engines."""

from __future__ import annotations

import json
import mimetypes
from collections.abc import Mapping
from typing import Any, Final

from rocrate.model.contextentity import ContextEntity
from rocrate.rocrate import ROCrate

from analysis.facts.release import AUTHOR, DATE, TITLE, VERSION

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
