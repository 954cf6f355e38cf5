"""Every table and figure of the briefs, with the notebook cell that makes it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from analysis.briefs.blocks import MIME


@dataclass(frozen=True)
class Exhibit:
    """A figure or a table of a brief."""

    brief: str
    kind: str
    title: str
    cell: str
    code: str


def exhibits(executed: Path) -> list[Exhibit]:
    """Return the figures and tables of one executed notebook, in order."""
    cells = json.loads(executed.read_text(encoding="utf-8"))["cells"]
    found = []
    for cell in cells:
        for output in cell.get("outputs", ()):
            content = output.get("data", {}).get(MIME)
            if content and content["kind"] in ("figure", "table"):
                code = "".join(cell["source"]).strip().splitlines()[-1]
                found.append(
                    Exhibit(executed.stem, content["kind"], content["title"], cell["id"], code)
                )
    return found
