"""Write environment.yml: the scientific stack from conda-forge, the rest by pip, as locked.

Of the lock's two sets of numpy and scipy the newer is taken, and with it Python from 3.12 on. By
pip comes what the project needs beside the stack and what the stack does not bring itself; tools
of developers are left out.
"""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PYTHON = "3.12"
STACK = (
    *("numpy", "pandas", "scipy", "statsmodels", "seaborn"),
    *("matplotlib", "jupyterlab", "papermill", "nbconvert"),
)


def resolved(requirements: list[str]) -> dict[str, str]:
    """Return what some requirements come to under the lock: name -> pin with its marker."""
    uv = str(Path(sys.executable).with_name("uv"))
    command = [uv, "pip", "compile", "-", "--constraint", str(ROOT / "requirements.lock")]
    command += ["--universal", "--python-version", PYTHON]
    command += ["--no-header", "--no-annotate", "--quiet"]
    text = "\n".join(requirements)
    listed = subprocess.run(command, input=text, capture_output=True, text=True, check=True).stdout
    return {line.split("==")[0]: line for line in listed.splitlines() if "==" in line}


def environment() -> str:
    """Return the content of environment.yml."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    stack, whole = resolved(list(STACK)), resolved(project["dependencies"])
    rest = [pin for name, pin in sorted(whole.items()) if name not in stack]
    upper = project["requires-python"].split(",")[1]
    return "\n".join(
        [
            "# Made from requirements.lock by make lock: the same versions for users of conda,",
            "# without the tools of developers. numpy and scipy need Python 3.12 or later.",
            "name: nations-in-transit",
            "channels: [conda-forge, nodefaults]",
            "dependencies:",
            f"  - python>={PYTHON},{upper}",
            "  - pip",
            *(f"  - {stack[name].replace('==', '=')}" for name in STACK),
            "  - pip:",
            *(f'      - "{pin}"' for pin in rest),
            "      - -e .",
            "",
        ]
    )


if __name__ == "__main__":
    (ROOT / "environment.yml").write_text(environment(), encoding="utf-8")
