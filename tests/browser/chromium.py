"""The Chromium of this machine, for tests and for photographs."""

import shutil
from contextlib import contextmanager

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
MISSING = "chromium is not installed (Debian: apt-get install chromium)"
ARGUMENTS = [
    f"--{switch}"
    for switch in (
        "no-sandbox",
        "disable-gpu",
        "disable-quic",
        "no-first-run",
        "disable-background-networking",
        "disable-component-update",
        "disable-sync",
    )
]


@contextmanager
def opened():
    """Give a browser without a window; a script ends in one line where there is none."""
    from playwright.sync_api import sync_playwright

    if CHROMIUM is None:
        raise SystemExit(MISSING)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()
