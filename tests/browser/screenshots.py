"""Photograph the pages in reports/ to look at them one by one: `make look`.

Writes reports/looks/<name>-<width>-<light|dark>-<part>.png; a tall page is cut into parts that can
be seen at their true size. Names of briefs may be given; else the index, the region and the
countries whose pages are the hardest to set.
"""

import io
import shutil
import sys
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

REPORTS = Path(__file__).resolve().parents[2] / "reports"
WIDTHS = (390, 768, 1280)
PART = 1600
NAMES = ["index", "region", "KAZ", "HUN", "MKD", "TKM", "XKX", "BIH"]


def main(names):
    """Photograph the pages that there are and say where the pictures went."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        sys.exit("chromium is not installed (Debian: apt-get install chromium)")
    folder = REPORTS / "looks"
    folder.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for name in names:
            path = REPORTS / ("index.html" if name == "index" else f"{name}/{name}.html")
            if not path.exists():
                print(f"no {path}: `make briefs` makes it")
                continue
            for width in WIDTHS:
                for scheme in ("light", "dark"):
                    size = {"width": width, "height": 900}
                    page = browser.new_page(viewport=size, color_scheme=scheme)
                    page.goto(path.as_uri())
                    whole = Image.open(io.BytesIO(page.screenshot(full_page=True)))
                    page.close()
                    for part, top in enumerate(range(0, whole.height, PART)):
                        cut = whole.crop((0, top, width, min(top + PART, whole.height)))
                        cut.save(folder / f"{name}-{width}-{scheme}-{part}.png")
        browser.close()
    print(f"look into {folder}")


if __name__ == "__main__":
    main(sys.argv[1:] or NAMES)
