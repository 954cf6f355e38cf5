"""Frames and figures as notebooks 0 to 3 show them: with labels and words for what they say.

What a cell computes stays a data frame and a matplotlib figure that can be taken on; these
functions only show them, in JupyterLab as in a text export.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from textwrap import fill
from typing import Any, Final
from zlib import crc32

import numpy as np
import pandas as pd
from matplotlib.figure import Figure as Canvas
from matplotlib.ticker import AutoLocator, MaxNLocator
from pandas.io.formats.style import Styler

from analysis.briefs import wording as say
from analysis.briefs.blocks import Column, Paragraph, Table, paragraph, value_table
from analysis.briefs.left_open import MOST_TOLD, in_words
from analysis.briefs.palette import PAPER
from analysis.facts.rating_system import CATEGORIES, SCORE
from analysis.tables.stored import rows

PROBABILITIES: Final = re.compile(
    "p_value|adjusted_p|p_wild|p_block_[13]|wilcoxon_p|sign_flip_p|p_sign_flip|p_jackknife"
)
"""Columns that hold p-values."""
_NAMES = {**CATEGORIES, SCORE: "Democracy Score", "all": "All"}


@dataclass(frozen=True)
class Labelled:
    """A frame, and how it is shown: by a pandas Styler in JupyterLab, as aligned text elsewhere."""

    frame: pd.DataFrame
    texts: pd.DataFrame
    caption: str

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        plain = self.texts.to_string(index=False) if len(self.texts) else "No rows."
        # Named by its content: the same frame gives the same page, and no other one its styles.
        uuid = f"{crc32(f'{self.caption}{plain}'.encode()):08x}"
        style = Styler(self.texts, uuid=uuid, caption=self.caption, cell_ids=False)
        # Of heads too: JupyterLab sets all to the right, and captions into the middle.
        numeric = pd.api.types.is_numeric_dtype
        sides = {head: "right" if numeric(self.frame[head]) else "left" for head in self.texts}
        style = style.hide(axis="index").set_table_styles(
            {head: [{"selector": "", "props": f"text-align: {to}"}] for head, to in sides.items()}
        )
        style = style.set_table_styles(
            [{"selector": "caption", "props": "text-align: left"}], overwrite=False
        )
        return {"text/html": style.to_html(), "text/plain": f"{self.caption}\n{plain}".strip()}


def labelled(
    frame: pd.DataFrame, labels: str = "", *, caption: str = "", digits: int = 2
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
    columns: dict[str, pd.Series] = {}
    texts: dict[str, list[str]] = {}
    labels = labels or " | ".join(f"{name}: {name}" for name in frame)
    for head, values, shown in _columns(frame, labels, digits):
        # Two columns may have one head: the second gets a space that nobody sees.
        while head in texts:
            head += " "
        columns[head], texts[head] = values, shown
    return Labelled(pd.DataFrame(columns), pd.DataFrame(texts), caption)


def _columns(
    frame: pd.DataFrame, labels: str, digits: int = 2
) -> Iterator[tuple[str, pd.Series, list[str]]]:
    """Yield head, values and texts of each column that ``a: A | ±b: B`` names."""
    for spec in labels.split("|"):
        label, _, head = spec.strip().partition(": ")
        name = label.removeprefix("±")
        whole = pd.api.types.is_integer_dtype(frame[name])
        shown = partial(say.fixed if name == label else say.signed, digits=0 if whole else digits)
        if PROBABILITIES.fullmatch(name) and not whole:
            shown = partial(say.probability)
        yield head, frame[name], _texts(frame[name], shown)


def _texts(values: pd.Series, shown: Callable[[float], str]) -> list[str]:
    """Return values as they are shown, codes by name; `shown` tells how numbers are."""
    texts = []
    for value in values:
        if pd.isna(value):
            texts.append(say.MISSING)
        elif isinstance(value, bool | np.bool_):
            texts.append("yes" if value else "no")
        elif isinstance(value, str):
            texts.append(_NAMES.get(value, value) or say.MISSING)
        elif np.isinf(value):
            texts.append(str(value).replace("-", say.MINUS))
        else:
            texts.append(shown(float(value)))
    return texts


@dataclass(frozen=True)
class Picture:
    """A matplotlib figure with what it says; `figure` can be taken on."""

    figure: Canvas
    title: str
    alt: str

    def _repr_mimebundle_(self, **_: object) -> tuple[dict[str, Any], dict[str, Any]]:
        buffer, plain = io.BytesIO(), {"Software": None}
        # Its type is dark: on a panel of its own it is read in a dark notebook too.
        look: dict[str, Any] = {"dpi": 110, "bbox_inches": "tight", "facecolor": PAPER}
        self.figure.savefig(buffer, format="png", metadata=plain, **look)
        shown = {"image/png": buffer.getvalue(), "text/plain": f"{self.title}\n{self.alt}"}
        return shown, {"image/png": {"alt": self.alt}}


def picture(figure: Canvas, title: str, alt: str = "") -> Picture:
    """Show a matplotlib figure once, with its title above and what it says in words.

    Parameters
    ----------
    figure
        Made by ``plt.subplots`` or seaborn.
    title
        The finding, written above the figure unless its axes have a title already.
    alt
        What the figure says, for those who do not see it; shown in place of panels without data.
    """
    from matplotlib import pyplot

    axes = figure.axes[0]
    if not axes.get_title():
        axes.set_title(title, loc="left")
    if isinstance(axes.xaxis.get_major_locator(), AutoLocator) and "dition" in axes.get_xlabel():
        # An edition is a year: no 2007.5.
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    if not any(np.isfinite(part.dataLim.get_points()).all() for part in figure.axes):
        # Lines across a whole panel are no data: a bare frame would look like a fault.
        for part in figure.axes:
            part.set_axis_off()
            for line in [*part.lines]:
                line.remove()
        axes.text(0, 0.5, fill(alt, 80), transform=axes.transAxes)
    if legend := axes.get_legend():
        legend.set_loc("upper left")
        legend.set_bbox_to_anchor((1.01, 1))
    # The notebook would show an open figure a second time.
    pyplot.close(figure)
    return Picture(figure, title, alt)


def frame_table(frame: pd.DataFrame, title: str, heads: str, caption: str = "") -> Table:
    """Return a data frame as a table of a brief, set small where it has more than five columns.

    `heads` are as the labels of `labelled`; numbers have two decimals.
    """
    columns, texts = [], []
    for head, values, shown in _columns(frame, heads):
        numeric = pd.api.types.is_numeric_dtype(values)
        columns.append(Column(head, align="right" if numeric else "left"))
        texts.append(shown)
    cells = zip(*texts, strict=True)
    return value_table(title, columns, cells, caption=caption, dense=len(columns) > 5)


def over_completed_table(table: pd.DataFrame) -> Table:
    """Return every headline from what is known beside its range over completed panels.

    `table` is ``over_completed_trajectories`` or ``over_completed_correlations``.
    """
    shown = table.assign(
        statistic=table["statistic"].replace(say.LEVEL_TITLES),
        name=table["name"].map(in_words),
        from_known=_with_interval(table, "known", "known_low", "known_high"),
        spread=[say.interval(row.least, row.greatest) for row in rows(table)],
        combined=_with_interval(table, "pooled", "low", "high"),
        hangs=table["hangs_on_gaps"].map({True: "yes", False: ""}),
    )
    return frame_table(
        shown,
        "What the gaps could change: the known panel and completed ones",
        "statistic: Headline | name: Of | from_known: From what is known | "
        "spread: Least to greatest | combined: Completed panels | hangs: Hangs on the gaps",
        caption=f"{table['n_panels'].iloc[0]} panels that satisfy every printed fact; in brackets "
        "95 % intervals, over completed panels combined by Rubin's rules.",
    )


def _with_interval(table: pd.DataFrame, *columns: str) -> list[str]:
    return [
        (say.MISSING if pd.isna(value) else say.fixed(value))
        + ("" if pd.isna(low) or pd.isna(high) else f" ({say.interval(low, high)})")
        for value, low, high in table[list(columns)].itertuples(index=False)
    ]


def hanging(table: pd.DataFrame) -> Paragraph:
    """Return which headlines of such a table hang on the gaps, in one sentence."""
    table = table.dropna(subset=["known", "pooled"])
    hang = table[table["hangs_on_gaps"].astype(bool)]
    if table.empty:
        return paragraph("No headline can be estimated both from what is known and completed.")
    if hang.empty:
        return paragraph(
            f"Not one of the {len(table)} headlines hangs on the gaps: each sign, and each "
            "interval's side of zero, is the same in what is known and over completed panels."
        )
    which = f"{len(hang)} of the {len(table)} headlines"
    if len(hang) <= MOST_TOLD:
        kinds = hang["statistic"].replace(say.LEVEL_TITLES)
        which = say.capitalised(
            say.listed((kinds + " (" + hang["name"].map(in_words) + ")").tolist())
        )
    return paragraph(
        f"{which} {'hangs' if len(hang) == 1 else 'hang'} on the gaps: the sign, or the interval's "
        "side of zero, is not the same in what is known and over completed panels."
    )
