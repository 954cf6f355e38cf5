"""Notebook 2 runs with other parameters and refuses where designed."""

import json
import re

from analysis.batch import execute as running


def test_a_group_in_a_short_window_runs_and_refuses(project, tmp_path, monkeypatch):
    monkeypatch.setattr(running, "without_volatile", lambda notebook: notebook)
    parameters = {
        "group": "Balkans",
        "first_edition": 2020,
        "last_edition": 2022,
        "seed": 1,
        "draws": 99,
    }
    before = {
        path: path.read_bytes()
        for path in (project / "data" / "processed").glob("*")
        if path.is_file()
    }
    made = running.execute(
        running.notebook_path("2_trajectories"), tmp_path / "out.ipynb", parameters, engine="warm"
    )
    outputs = [output for cell in made.cells for output in cell.get("outputs", [])]
    assert [o["text"] for o in outputs if o["output_type"] == "stream"] == []
    told = [
        json.dumps(content, ensure_ascii=False)
        for output in outputs
        for kind, content in output.get("data", {}).items()
        if kind.endswith("brief+json")
    ]
    words = " ".join(re.sub(r'"svg(_narrow)?": "(\\.|[^"\\])*"', "", text) for text in told)
    assert re.findall(r"\b(nan|NaN|NaT|None|inf)\b", words) == []
    for reason in (
        "The generator needs 6 countries, 2 categories and 4 editions",
        "3 editions: a break needs at least 8",
        "5 more are needed",
    ):
        assert reason in words
    # Trying other parameters never changes what the briefs read.
    assert all(path.read_bytes() == content for path, content in before.items())
