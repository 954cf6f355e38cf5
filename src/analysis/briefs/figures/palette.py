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

CLASS_COLOURS: Final = {
    "CD": "#1f4e79",
    "SCD": "#8fb3d1",
    "THR": "#ebe8df",
    "SCAR": "#dcaa78",
    "CAR": "#7a3b0c",
}
"""Blue to brown, dark at both ends and pale in the middle: survives deuteranopia, protanopia and,
with the class's initials beside it, grey printing."""

CLASS_INKS: Final = {"CD": PAPER, "SCD": INK, "THR": INK, "SCAR": INK, "CAR": PAPER}
"""Type on a class's colour."""

CLASS_OUTLINES: Final = {**CLASS_COLOURS, "SCD": "#5f8fb8", "THR": "#9d957e", "SCAR": "#b97a38"}
"""The same, dark enough for a line on white."""

CLASS_BANDS: Final = dict(
    zip(CLASS_COLOURS, ("#dfe8f0", "#eef3f8", "#f8f7f4", "#fbf1e7", "#f3e6dc"), strict=True)
)
"""The same, pale enough for a line to be read on."""

CELLS: Final = {
    **{c: (CLASS_COLOURS[c], CLASS_OUTLINES[c], CLASS_INKS[c]) for c in CLASS_COLOURS},
    "up": ("#d3e3f0", "#d3e3f0", INK),
    "down": ("#f3dcc6", "#f3dcc6", INK),
    "unknown": ("#f1f3f4", RULE, SOFT),
    "unsure": (PAPER, RULE, SOFT),
    "possible": (f"{ACCENT}29", "none", INK),
    "sure": (ACCENT, PAPER, INK),
}
"""Fill, outline and ink of a cell of a grid, by what it stands for."""
