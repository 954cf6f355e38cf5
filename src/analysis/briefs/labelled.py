"""Frames and figures as a notebook shows them: with labels, units and words for what they say.

What a cell computes stays a data frame and a matplotlib figure that can be taken on; these two
functions only show them, in JupyterLab as in a text export.
"""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from zlib import crc32

import numpy as np
import pandas as pd
from matplotlib.figure import Figure as Canvas
from matplotlib.ticker import AutoLocator, MaxNLocator
from pandas.io.formats.style import Styler

from analysis.briefs.palette import PAPER
from analysis.briefs.wording import probability
from analysis.facts.rating_system import CATEGORIES, SCORE

NOTHING: Final = "–"
PROBABILITIES: Final = re.compile(
    "p_value|adjusted_p|p_wild|p_block_[13]|wilcoxon_p|sign_flip_p|p_sign_flip|p_jackknife"
)
"""Columns that hold p-values."""
PROBABILITY: Final = "p"
_NAMES = {**CATEGORIES, SCORE: "Democracy Score", "all": "All"}


@dataclass(frozen=True)
class Labelled:
    """A frame with its labels: a pandas Styler in JupyterLab, aligned text elsewhere."""

    frame: pd.DataFrame
    formats: Mapping[str, str]
    caption: str

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        texts = self.frame.apply(
            lambda column: column.map(lambda value: _text(value, self.formats[column.name]))
        )
        if self.frame.empty:
            texts = self.frame.astype(str)
        plain = texts.to_string(index=False)
        # Named by its content: the same frame gives the same page, and no other one its styles.
        name = f"{crc32(f'{self.caption}{plain}'.encode()):08x}"
        style = (
            Styler(texts, cell_ids=False)
            .hide(axis="index")
            .set_caption(self.caption)
            .set_uuid(name)
        )
        numbers = [head for head in texts if pd.api.types.is_numeric_dtype(self.frame[head])]
        sides = {head: "right" if head in numbers else "left" for head in texts}
        # Of heads too: JupyterLab sets all to the right, and captions into the middle.
        style = style.set_table_styles(
            {
                head: [{"selector": "", "props": f"text-align: {side}"}]
                for head, side in sides.items()
            }
        )
        style = style.set_table_styles(
            [{"selector": "caption", "props": "text-align: left"}], overwrite=False
        )
        return {"text/html": style.to_html(), "text/plain": f"{self.caption}\n{plain}".strip()}


def labelled(
    frame: pd.DataFrame,
    labels: str = "",
    *,
    caption: str = "",
    digits: int = 2,
) -> Labelled:
    """Show a frame with labels.

    Parameters
    ----------
    frame
        Any frame; codes of categories are shown by name.
    labels
        Columns to show, in order, and what stands above each, as in
        ``name: Category | ±estimate: Points a decade``; a ``±`` shows signs. All columns under
        their own names by default.
    caption
        Words above.
    digits
        Decimals of numbers that are not whole.

    Examples
    --------
    >>> import pandas as pd
    >>> frame = pd.DataFrame({"name": ["CO"], "estimate": [-0.1836]})
    >>> view = labelled(frame, "name: Category | ±estimate: Points a decade")
    >>> print(view._repr_mimebundle_()["text/plain"])
    Category Points a decade
    Corruption           −0.18
    """
    frame = frame.infer_objects()
    specs = labels.split("|") if labels else [f"{name}: {name}" for name in frame]
    formats, names = {}, []
    for spec in specs:
        mark, _, label = spec.strip().partition(": ")
        name, sign = mark.removeprefix("±"), "+" if mark.startswith("±") else ""
        whole = pd.api.types.is_integer_dtype(frame[name])
        form = PROBABILITY if PROBABILITIES.fullmatch(name) else f"{sign}.{digits}f"
        # Two columns may have one head: the second gets a space that nobody sees.
        while label in formats:
            label += " "
        formats[label] = f"{sign}d" if whole else form
        names.append(name)
    return Labelled(frame[names].set_axis(list(formats), axis="columns"), formats, caption)


def _text(value: object, form: str) -> str:
    if value is None or value is pd.NA or (isinstance(value, float) and value != value):
        return NOTHING
    if isinstance(value, bool | np.bool_):
        return "yes" if value else "no"
    if isinstance(value, str):
        return _NAMES.get(str(value), str(value)) or NOTHING
    number = float(str(value))
    if form == PROBABILITY:
        return probability(number)
    return format(int(number) if form.endswith("d") else number, form).replace("-", "−")


@dataclass(frozen=True)
class Picture:
    """A matplotlib figure with what it says; `figure` can be taken on."""

    figure: Canvas
    title: str
    alt: str

    def _repr_mimebundle_(self, **_: object) -> tuple[dict[str, Any], dict[str, Any]]:
        buffer = io.BytesIO()
        self.figure.savefig(
            buffer,
            format="png",
            dpi=110,
            bbox_inches="tight",
            # Its type is dark: on a panel of its own it is read in a dark notebook too.
            facecolor=PAPER,
            metadata={"Software": None},
        )
        words = f"{self.title}\n{self.alt}"
        return {"image/png": buffer.getvalue(), "text/plain": words}, {
            "image/png": {"alt": self.alt}
        }


def picture(figure: Canvas, title: str, alt: str = "") -> Picture:
    """Show a matplotlib figure once, with its title above and what it says in words.

    Parameters
    ----------
    figure
        Made by ``plt.subplots`` or seaborn.
    title
        The finding, written above the figure unless its axes have a title already.
    alt
        What the figure says, for those who do not see it.
    """
    from matplotlib import pyplot

    axes = figure.axes[0]
    if not axes.get_title():
        axes.set_title(title, loc="left")
    if isinstance(axes.xaxis.get_major_locator(), AutoLocator) and "dition" in axes.get_xlabel():
        # An edition is a year: no 2007.5.
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    if legend := axes.get_legend():
        legend.set_loc("upper left")
        legend.set_bbox_to_anchor((1.01, 1))
    # The notebook would show an open figure a second time.
    pyplot.close(figure)
    return Picture(figure, title, alt)
