"""Which files a deposit holds, and the checksums that let anybody compare them."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from analysis.batch.released import CHECKSUMS, released_targets
from analysis.facts.errors import AnalysisError
from analysis.facts.files import project_root, write_text
from analysis.reconciliation.intake import FOLDERS

FILES: Final = (
    "CHANGELOG.md",
    "CITATION.cff",
    "CONTRIBUTING.md",
    "LICENSE",
    "Makefile",
    "README.md",
    "environment.yml",
    "mkdocs.yml",
    "pyproject.toml",
    "requirements.lock",
)
TREES: Final = (
    "batches",
    "benchmarks",
    "data",
    "docs",
    "notebooks",
    "reports",
    "src",
    "tests",
)
_SKIPPED: Final = ("__pycache__", ".ipynb_checkpoints", "variants", ".state", "looks")


def deposit_files(root: Path) -> list[str]:
    """Return the files of a deposit, relative to the project folder, sorted.

    The user's own reports and workbook stay out: their texts are Freedom House's.

    Raises
    ------
    AnalysisError
        If the briefs have not been rendered.
    """
    if not (root / "reports" / "manifest.json").is_file():
        raise AnalysisError(f"{root / 'reports'} has no briefs yet: run `make briefs` first")
    trees = (path for tree in TREES for path in (root / tree).rglob("*") if path.is_file())
    names = {path.relative_to(root).as_posix() for path in trees}
    names |= {name for name in FILES if (root / name).is_file()}
    return sorted(name for name in names if _belongs(name))


def _belongs(name: str) -> bool:
    parts = Path(name).parts
    own = name.startswith(tuple(f"data/raw/{folder}/" for folder in FOLDERS))
    if own and parts[-1] != "README.md":
        return False
    hidden = any(part.startswith(".") or part.endswith(".egg-info") for part in parts)
    return not hidden and not set(parts) & set(_SKIPPED) and not name.endswith(".pyc")


def checksum_lines(contents: Mapping[str, bytes]) -> str:
    """Return the SHA-256 of files as ``sha256sum`` writes them, by name."""
    lines = (f"{hashlib.sha256(contents[name]).hexdigest()}  {name}" for name in sorted(contents))
    return "".join(f"{line}\n" for line in lines)


def released(root: Path) -> dict[str, bytes]:
    """Return the results of the release: processed data, rendered briefs and the sample.

    Raises
    ------
    AnalysisError
        If a brief of the release has not been rendered.
    """
    reports = root / "reports"
    data = [path for path in (root / "data" / "processed").glob("*.*") if path.is_file()]
    briefs = [
        reports / target.name / f"{target.name}.{kind}"
        for target in released_targets()
        for kind in ("html", "pdf")
    ]
    if missing := [path for path in briefs if not path.is_file()]:
        raise AnalysisError(f"{missing[0]} has not been rendered: run `make checksums`")
    sample = [p for p in (reports / "sample").iterdir() if p.suffix in (".html", ".pdf")]
    found = [*data, *briefs, *sample]
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in found}


if __name__ == "__main__":
    write_text(project_root() / CHECKSUMS, checksum_lines(released(project_root())))
