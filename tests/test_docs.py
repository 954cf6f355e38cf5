"""The code of the documentation runs and says what the estimators say."""

import re
from pathlib import Path

import numpy as np
import pytest

PAGE = Path(__file__).parents[1] / "docs" / "another_panel.md"


def test_the_page_on_another_panel_runs_as_printed(capsys):
    blocks = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert len(blocks) >= 6
    known = {}
    for block in blocks:
        exec(compile(block, str(PAGE), "exec"), known)
    panel = known["panel"]
    slopes = [
        10 * np.polyfit(firm["year"] - 1944, firm["invest"], 1)[0]
        for _, firm in panel.groupby("firm")
    ]
    assert known["estimate"].estimate == pytest.approx(np.mean(slopes))
    assert f"{np.mean(slopes):.1f} a decade" in capsys.readouterr().out
    # The correlations of the page, computed another way.
    columns = ["invest", "value", "capital"]
    centred = panel[columns] - panel.groupby("firm")[columns].transform("mean")
    within = known["within"]
    for x, y in within.index:
        assert within.loc[(x, y), "r"] == pytest.approx(centred[x].corr(centred[y]))
