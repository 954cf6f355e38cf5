"""pyproject.toml, requirements.lock, environment.yml, CITATION.cff and the release agree."""

from __future__ import annotations

import re
import runpy
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Iterable
from importlib.metadata import requires
from pathlib import Path

import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

import analysis

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


def conda() -> tuple[dict[str, str], dict[str, str]]:
    """Return the pins that environment.yml takes from conda-forge, and those by pip."""
    environment = yaml.safe_load((ROOT / "environment.yml").read_text())
    python, pip, *pins, by_pip = environment["dependencies"]
    assert (python, pip) == ("python>=3.12,<3.15", "pip")
    *rest, project_itself = by_pip["pip"]
    assert project_itself == "-e ."
    requirements = [Requirement(text) for text in rest]
    assert all(r.specifier and next(iter(r.specifier)).operator == "==" for r in requirements)
    return dict(pin.split("=") for pin in pins), {
        canonicalize_name(r.name): next(iter(r.specifier)).version for r in requirements
    }


def test_conda_gives_the_stack_and_pip_the_rest_in_the_locked_versions() -> None:
    stack, rest = conda()
    assert list(stack) == [
        *("numpy", "pandas", "scipy", "statsmodels", "seaborn"),
        *("matplotlib", "jupyterlab", "papermill", "nbconvert"),
    ]
    assert not stack.keys() & rest.keys()
    for name, version in {**stack, **rest}.items():
        # Of two sets of numpy and scipy the newer one, whose Python the file asks for.
        assert version == max(locked()[name], key=Version), name


def test_conda_gives_all_that_the_project_needs_and_no_tool_of_developers() -> None:
    stack, rest = conda()

    def with_needs(names: Iterable[str]) -> set[str]:
        waiting, found = list(names), set()
        while waiting:
            name = canonicalize_name(waiting.pop())
            if name not in found:
                found.add(name)
                needs = [Requirement(text) for text in requires(name) or ()]
                waiting += [
                    r.name for r in needs if not r.marker or r.marker.evaluate({"extra": ""})
                ]
        return found

    needed = with_needs(Requirement(text).name for text in project()["dependencies"])
    assert needed <= with_needs(stack) | rest.keys()
    assert rest.keys() <= needed
    assert not {"pytest", "ruff", "mypy", "mkdocs-material", "uv"} & (stack.keys() | rest.keys())


def test_release_is_the_same_everywhere() -> None:
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text())
    assert project()["version"] == citation["version"] == analysis.VERSION == analysis.__version__
    assert citation["date-released"] == analysis.DATE
    assert f"## {analysis.VERSION} - {analysis.DATE}" in (ROOT / "CHANGELOG.md").read_text()


def test_the_web_fonts_are_made_from_the_typeface_of_the_package() -> None:
    made = runpy.run_path(str(ROOT / "tools" / "web_fonts.py"))
    for style, source in made["FACES"].items():
        assert source.is_file()
        assert (made["PACKAGE"] / "export" / "fonts" / f"BriefSans-{style}.woff2").is_file()


def test_a_wheel_holds_all_files_of_the_package(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "-d", str(tmp_path)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    package = ROOT / "src" / "analysis"
    files = {
        path.relative_to(package.parent).as_posix()
        for path in package.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts and not path.name.startswith(".")
    }
    assert files <= set(zipfile.ZipFile(wheel).namelist())
    endings = {Path(name).suffix for name in files}
    assert endings >= {".py", ".yml", ".j2", ".css", ".js", ".typ", ".ttf", ".woff2"}
