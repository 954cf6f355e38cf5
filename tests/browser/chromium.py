"""The Chromium of this machine, for tests and for photographs."""

import shutil
import time
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


def comes_true(page, condition, seconds=30):
    """Wait until a condition in JavaScript holds.

    Playwright's own way has the page evaluate a text again and again, which the policy of our pages
    forbids: it holds only where the condition is true at once.
    """
    end = time.monotonic() + seconds
    while not page.evaluate(condition):
        assert time.monotonic() < end, f"{condition} did not come true in {seconds} s"
        page.wait_for_timeout(50)
