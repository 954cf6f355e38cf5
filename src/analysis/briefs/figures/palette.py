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

CLASS_COLOURS: Final = {
    "CD": "#1f4e79",
    "SCD": "#8fb3d1",
    "THR": "#ebe8df",
    "SCAR": "#dcaa78",
    "CAR": "#7a3b0c",
}
"""Blue to brown, dark at both ends and pale in the middle: survives deuteranopia, protanopia and,
with the class's initials beside it, grey printing."""

CLASS_INKS: Final = {"CD": "#ffffff", "SCD": INK, "THR": INK, "SCAR": INK, "CAR": "#ffffff"}
"""Type on a class's colour."""

CLASS_OUTLINES: Final = {**CLASS_COLOURS, "SCD": "#5f8fb8", "THR": "#9d957e", "SCAR": "#b97a38"}
"""The same, dark enough for a line on white."""

CLASS_BANDS: Final = {
    "CD": "#dfe8f0",
    "SCD": "#eef3f8",
    "THR": "#f8f7f4",
    "SCAR": "#fbf1e7",
    "CAR": "#f3e6dc",
}
"""The same, pale enough for a line to be read on."""

LINES: Final = (
    "#0b5d66",
    "#b4561b",
    "#4c5fa8",
    "#7d6a12",
    "#8a3b6e",
    "#33691e",
    "#5c6670",
    "#a0311f",
)
"""Lines of up to eight countries: each also has dashes and a label of its own."""

UP: Final = "#2f6ea3"
DOWN: Final = "#a8551c"
