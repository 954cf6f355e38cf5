"""Photograph the page to explore and a notebook for README.md: `make pictures` (needs chromium).

The page is that of reports/; the notebook is the beginning of notebooks/2_trajectories.ipynb, run
here and set as JupyterLab does.
"""

import io
import tempfile
from pathlib import Path

import nbformat
from chromium import opened
from nbclient import NotebookClient
from nbconvert import HTMLExporter
from PIL import Image

ROOT = Path(__file__).resolve().parents[2]
SAMPLE = ROOT / "reports/sample"
CHOICE = "#c=HUN,GEO,MDA,KGZ,SRB,EST"
PAPER = 297 / 210
"""The proportions of the picture of the brief, beside which these stand."""


def main():
    """Write explore.png and notebook.png into reports/sample."""
    explore = (ROOT / "reports/explore.html").as_uri() + CHOICE
    with tempfile.TemporaryDirectory() as folder, opened() as browser:
        path = Path(folder) / "notebook.html"
        path.write_text(notebook_page(), encoding="utf-8")
        for name, address, width in (("explore", explore, 960), ("notebook", path.as_uri(), 800)):
            page = browser.new_page(viewport={"width": width, "height": round(width * PAPER)})
            page.goto(address)
            page.wait_for_timeout(2000)
            shot = Image.open(io.BytesIO(page.screenshot()))
            shot.quantize(64).save(SAMPLE / f"{name}.png", optimize=True)


def notebook_page():
    """Return some cells of the notebook, executed, as a page."""
    notebook = nbformat.read(ROOT / "notebooks/2_trajectories.ipynb", as_version=4)
    notebook.cells = notebook.cells[:8]
    NotebookClient(notebook, resources={"metadata": {"path": str(ROOT)}}).execute()
    notebook.cells = [notebook.cells[place] for place in (3, 5, 6, 7)]
    exporter = HTMLExporter(template_name="lab", mathjax_url="", require_js_url="")
    return exporter.from_notebook_node(notebook)[0]


if __name__ == "__main__":
    main()
