"""Photograph the page to explore and a notebook for README.md: `make pictures` (needs chromium).

The page is that of reports/; the notebook is the beginning of notebooks/2_trajectories.ipynb, run
here and shown as JupyterLab does.
"""

import io
import shutil
import tempfile
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbconvert import HTMLExporter
from PIL import Image
from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parents[1]
SAMPLE = ROOT / "reports/sample"
CHOICE = "#c=HUN,GEO,MDA,KGZ,SRB,EST"
SIZE = {"width": 800, "height": 1131}
"""In the proportions of paper, which the picture of the brief has."""


def main():
    """Write explore.png and notebook.png into reports/sample."""
    notebook = nbformat.read(ROOT / "notebooks/2_trajectories.ipynb", as_version=4)
    notebook.cells = notebook.cells[:6]
    NotebookClient(notebook, resources={"metadata": {"path": str(ROOT)}}).execute()
    notebook.cells = notebook.cells[3:]
    page, _ = HTMLExporter(
        template_name="lab", mathjax_url="", require_js_url=""
    ).from_notebook_node(notebook)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        path = Path(folder) / "notebook.html"
        path.write_text(page, encoding="utf-8")
        chromium = shutil.which("chromium") or shutil.which("chromium-browser")
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        explore = (ROOT / "reports/explore.html").as_uri() + CHOICE
        for name, address in (("explore", explore), ("notebook", path.as_uri())):
            opened = browser.new_page(viewport=SIZE)
            opened.goto(address)
            opened.wait_for_timeout(2000)
            shot = Image.open(io.BytesIO(opened.screenshot()))
            shot.quantize(64).save(SAMPLE / f"{name}.png", optimize=True)
        browser.close()


if __name__ == "__main__":
    main()
