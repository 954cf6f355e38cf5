"""Make the web fonts that every HTML page carries: `make fonts`.

Subsets of the typeface in src/analysis/briefs/fonts to the letters of Latin languages and
the signs that briefs use. Its licence reserves the name "Source" for the unchanged fonts, so the
subsets are called Brief Sans; the notices of copyright and licence stay in them.
"""

from pathlib import Path

from fontTools import subset

PACKAGE = Path(__file__).resolve().parents[1] / "src" / "analysis"
FACES = {
    style: PACKAGE / "briefs" / "fonts" / f"SourceSans3-{style}.ttf"
    for style in ("Regular", "Semibold")
}
UNICODES = (
    "U+20-7E,U+A0-17F,U+218-21B,U+2010-2015,U+2018-201E,U+2020-2022,U+2026,U+2030,U+2032,U+2033,"
    "U+20AC,U+2116,U+2190-2193,U+2196-2199,U+2212,U+2248,U+2260,U+2264,U+2265,U+25B2,U+25B3,"
    "U+25BC,U+25BD,U+25C6,U+25C7,U+25CB,U+25CF"
)
FEATURES = ["kern", "liga", "ccmp", "locl", "mark", "mkmk", "tnum", "lnum"]
COPYRIGHT, LICENCE, LICENCE_ADDRESS = 0, 13, 14


def web_font(source: Path, style: str) -> None:
    """Write a font cut down to what pages use, under its own name."""
    options = subset.Options(layout_features=FEATURES, hinting=False, flavor="woff2")
    options.name_IDs = [COPYRIGHT, LICENCE, LICENCE_ADDRESS]
    font = subset.load_font(str(source), options)
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=subset.parse_unicodes(UNICODES))
    subsetter.subset(font)
    for place, text in ((1, "Brief Sans"), (2, style), (4, f"Brief Sans {style}")):
        font["name"].setName(text, place, 3, 1, 0x409)
    font["name"].setName(f"BriefSans-{style}", 6, 3, 1, 0x409)
    subset.save_font(font, str(PACKAGE / "export" / "fonts" / f"BriefSans-{style}.woff2"), options)


if __name__ == "__main__":
    for style, source in FACES.items():
        web_font(source, style)
