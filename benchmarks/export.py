"""Measure how long an executed notebook takes to become a brief: medians on this machine.

    .venv/bin/python benchmarks/export.py [reports/HUN/HUN.ipynb]

The first rendering of a process reads templates and fonts; a batch pays for it once.
"""

import statistics
import sys
import time
from pathlib import Path

import nbformat

from analysis.export.bundle import brief_content
from analysis.export.files import asset_files, brief_files
from analysis.export.html import html_page
from analysis.export.pdf import pdf_document

RUNS = 15


def median(call):
    """Return the median duration of a call in seconds."""
    durations = []
    for _ in range(RUNS):
        start = time.perf_counter()
        call()
        durations.append(time.perf_counter() - start)
    return statistics.median(durations)


def main():
    """Print one line a step."""
    path = Path(sys.argv[1] if len(sys.argv) > 1 else "reports/HUN/HUN.ipynb")
    notebook = nbformat.read(path, 4)
    start = time.perf_counter()
    files = brief_files(path.stem, notebook, ("html", "pdf", "assets"))
    print(f"{'all files, the first time':28}{time.perf_counter() - start:8.3f} s")
    contents = brief_content(notebook)
    steps = {
        "contents of the notebook": lambda: brief_content(notebook),
        "HTML": lambda: html_page(contents),
        "PDF": lambda: pdf_document(contents),
        "HTML and PDF": lambda: brief_files(path.stem, notebook, ("html", "pdf")),
        "SVG, PNG, CSV and XLSX": lambda: asset_files(path.stem, contents),
    }
    for name, call in steps.items():
        print(f"{name:28}{median(call):8.3f} s")
    for name in sorted(files):
        print(f"{name:28}{len(files[name]) / 1000:8.0f} kB")


if __name__ == "__main__":
    main()
