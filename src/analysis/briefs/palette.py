"""The colours of briefs, as they are on white."""

from __future__ import annotations

from typing import Final

INK: Final = "#1d2327"
SOFT: Final = "#565d63"
GREY: Final = "#a9b0b5"
RULE: Final = "#d5d9dc"
PAPER: Final = "#ffffff"
ACCENT: Final = "#0b5d66"
SECOND: Final = "#b4561b"
UP: Final = "#2f6ea3"
DOWN: Final = "#a8551c"

_CLASSES: Final = {
    "CD": ("#1f4e79", "#1f4e79", PAPER, "#dfe8f0"),
    "SCD": ("#8fb3d1", "#5f8fb8", INK, "#eef3f8"),
    "THR": ("#ebe8df", "#9d957e", INK, "#f8f7f4"),
    "SCAR": ("#dcaa78", "#b97a38", INK, "#fbf1e7"),
    "CAR": ("#7a3b0c", "#7a3b0c", PAPER, "#f3e6dc"),
}
"""A class's colour, the same dark enough for a line on white, type on it, and the same pale enough
for a line to be read on. Blue to brown, dark at both ends and pale in the middle: survives
deuteranopia, protanopia and, with the class's initials beside it, grey printing."""

CLASS_COLOURS, CLASS_OUTLINES, CLASS_INKS, CLASS_BANDS = (
    {initials: look[place] for initials, look in _CLASSES.items()} for place in range(4)
)

CELLS: Final = {
    **{initials: look[:3] for initials, look in _CLASSES.items()},
    "up": ("#d3e3f0", "#d3e3f0", INK),
    "down": ("#f3dcc6", "#f3dcc6", INK),
    "unknown": ("#f1f3f4", RULE, SOFT),
    "unsure": (PAPER, RULE, SOFT),
    "possible": (f"{ACCENT}29", "none", INK),
    "sure": (ACCENT, PAPER, INK),
}
"""Fill, outline and ink of a cell of a grid, by what it stands for."""
