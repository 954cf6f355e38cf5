"""Photograph the pages in reports/ to look at them one by one: `make look`.

Writes reports/looks/<name>-<width>-<light|dark|paper>-<sheet>.png: a tall page is cut into columns
that stand side by side, and so are the pages of its PDF and those of the page as it is printed.
Names of briefs may be given; else the index, the page to explore, the region, a group, a comparison
and the countries whose pages are the hardest to set.
"""

import io
import subprocess
import sys
import tempfile
from pathlib import Path

from chromium import opened
from PIL import Image

REPORTS = Path(__file__).resolve().parents[2] / "reports"
WIDTHS = (390, 768, 1280, 1920)
TALL, WIDE = 1700, 1700
COUNTRIES = ["HUN", "KAZ", "MKD", "TKM", "XKX", "BIH", "GEO", "UKR", "EST", "ARM"]
NAMES = ["index", "explore", "region", "visegrad", "eurasia", *COUNTRIES]


def main(names):
    """Photograph the pages that there are and say where the pictures went."""
    folder = REPORTS / "looks"
    folder.mkdir(exist_ok=True)
    with opened() as browser:
        for name in names:
            alone = REPORTS / f"{name}.html"
            path = alone if alone.exists() else REPORTS / name / f"{name}.html"
            if not path.exists():
                print(f"no {path}: `make briefs` makes it")
                continue
            for width in WIDTHS:
                for scheme in ("light", "dark"):
                    size = {"width": width, "height": 900}
                    page = browser.new_page(viewport=size, color_scheme=scheme)
                    page.goto(path.as_uri())
                    page.wait_for_timeout(1500 if name == "explore" else 0)
                    whole = Image.open(io.BytesIO(page.screenshot(full_page=True)))
                    if (width, scheme) == (1280, "light"):
                        paper = page.pdf(prefer_css_page_size=True, print_background=True)
                        sheets(pages(paper), folder / f"{name}-printed")
                    page.close()
                    tops = range(0, whole.height, TALL)
                    cut = [whole.crop((0, t, width, min(t + TALL, whole.height))) for t in tops]
                    sheets(cut, folder / f"{name}-{width}-{scheme}")
            if (pdf := path.with_suffix(".pdf")).exists():
                sheets(pages(pdf.read_bytes()), folder / f"{name}-paper")
    print(f"look into {folder}")


def pages(document):
    """Return the pages of a PDF as pictures."""
    with tempfile.TemporaryDirectory() as folder:
        call = ["pdftoppm", "-r", "72", "-png", "-", f"{folder}/page"]
        subprocess.run(call, input=document, check=True)
        return [Image.open(path).copy() for path in sorted(Path(folder).glob("*.png"))]


def sheets(columns, path):
    """Write columns side by side, as many as a picture that is looked at whole can hold."""
    width = columns[0].width + 10
    many = max(1, WIDE // width)
    for sheet, place in enumerate(range(0, len(columns), many)):
        shown = columns[place : place + many]
        size = (width * len(shown), max(column.height for column in shown))
        whole = Image.new("RGB", size, "#cc3399")
        for at, column in enumerate(shown):
            whole.paste(column, (at * width, 0))
        whole.save(path.with_name(f"{path.name}-{sheet}.png"))


if __name__ == "__main__":
    main(sys.argv[1:] or NAMES)
