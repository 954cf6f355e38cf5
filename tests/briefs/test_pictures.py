"""Pictures of notebooks: a panel without data says why instead of standing empty."""

import matplotlib
import pandas as pd
import pytest
import seaborn as sns
from matplotlib import pyplot as plt

from analysis.briefs.labelled import picture

matplotlib.use("agg")
TABLE = pd.DataFrame({"x": [1.0, 2.0], "y": [3.0, 1.0], "name": ["a", "b"]})
NOTHING = TABLE[:0]
DRAWN = {
    "line": lambda table, axes: sns.lineplot(table, x="x", y="y", ax=axes),
    "points": lambda table, axes: sns.scatterplot(table, x="x", y="name", ax=axes),
    "strips": lambda table, axes: sns.stripplot(table, x="x", y="name", ax=axes),
    "bars": lambda table, axes: sns.barplot(table, x="x", y="y", ax=axes),
    "lines": lambda table, axes: axes.hlines(table["name"], table["x"], table["y"]),
    "errors": lambda table, axes: axes.errorbar(table["x"], table["name"], xerr=table["y"]),
}


@pytest.mark.parametrize("kind", DRAWN)
def test_what_has_data_is_drawn_and_what_has_none_is_said(kind):
    for table, empty in ((TABLE, False), (NOTHING, True)):
        fig, axes = plt.subplots()
        DRAWN[kind](table, axes)
        axes.axvline(0)
        shown = picture(fig, "A title", alt="Five editions are too few.")
        told = [text.get_text() for text in axes.texts]
        assert (axes.axison, told) == ((False, [shown.alt]) if empty else (True, []))
        assert axes.get_title(loc="left") == "A title"


def test_a_heat_map_has_data():
    fig, axes = plt.subplots()
    sns.heatmap(TABLE[["x", "y"]], ax=axes)
    picture(fig, "A title", alt="Two rows.")
    assert axes.axison
