"""pyproject.toml, requirements.lock, environment.yml, CITATION.cff and the release agree."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from analysis.facts import release

ROOT = Path(__file__).parents[1]
CORE = [
    "jupyterlab",
    "pandas",
    "seaborn",
    "statsmodels",
    "papermill",
    "nbconvert",
    "typst",
    "typer",
    "rich",
    "pandera",
    "pyyaml",
]


def locked() -> dict[str, set[str]]:
    """Return the pinned versions of each package (several where a marker decides)."""
    pins: dict[str, set[str]] = {}
    for line in (ROOT / "requirements.lock").read_text().splitlines():
        if found := re.match(r"([A-Za-z0-9][\w.-]*)==([^\s;\\]+)", line):
            pins.setdefault(canonicalize_name(found[1]), set()).add(found[2])
    return pins


def project() -> dict[str, object]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]


def test_every_dependency_is_locked_at_a_version_that_it_allows() -> None:
    extras = [line for group in project()["optional-dependencies"].values() for line in group]
    for text in [*project()["dependencies"], *extras]:
        requirement = Requirement(text)
        versions = locked()[canonicalize_name(requirement.name)]
        assert all(requirement.specifier.contains(v) for v in versions), text


def test_core_stack_is_declared() -> None:
    declared = {canonicalize_name(Requirement(text).name) for text in project()["dependencies"]}
    assert set(CORE) <= declared


def test_every_pin_has_a_hash_and_none_an_address() -> None:
    text = (ROOT / "requirements.lock").read_text()
    blocks = re.split(r"\n(?=[A-Za-z0-9])", text.strip())
    assert len(blocks) >= len(locked())
    assert all("--hash=sha256:" in block for block in blocks)
    assert "://" not in text
    assert "index-url" not in text


def test_conda_environment_names_the_locked_versions() -> None:
    environment = yaml.safe_load((ROOT / "environment.yml").read_text())
    *pins, project_itself = environment["dependencies"][-1]["pip"]
    assert project_itself == "-e ."
    named: dict[str, set[str]] = {}
    for pin in pins:
        requirement = Requirement(pin)
        (specifier,) = requirement.specifier
        assert specifier.operator == "=="
        named.setdefault(canonicalize_name(requirement.name), set()).add(specifier.version)
    assert named == locked()


def test_release_is_the_same_everywhere() -> None:
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text())
    assert project()["version"] == citation["version"] == release.VERSION
    assert citation["date-released"] == release.DATE
    assert f"## {release.VERSION} - {release.DATE}" in (ROOT / "CHANGELOG.md").read_text()
