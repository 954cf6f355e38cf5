"""A runner that is killed at any moment leaves nothing behind, and the next run ends it all.

``NIT_KILLS=20`` kills more often than the few times of a usual test run.
"""

import os
import random
import shutil
import subprocess
import time

import pytest

from .small_notebooks import BLOCK, batch, files, put
from .test_faults import NIT, gone

pytestmark = [pytest.mark.slow, pytest.mark.timeout(3600)]

KILLS = int(os.environ.get("NIT_KILLS", "3"))

WORK = """\
import subprocess, time
subprocess.Popen(["sleep", "300"], start_new_session=True)
import pandas as pd
from analysis.tables.stored import read_processed
time.sleep(0.3)
print(country, read_processed("panel").query("country == @country").rating.sum())
"""


def emptied(folder, seconds=60.0):
    """Return what is still in a folder after that time."""
    end = time.monotonic() + seconds
    # Python itself tries a temporary folder by a file of four bytes.
    while (
        left := [path.name for path in folder.iterdir() if path.is_dir() or path.stat().st_size > 4]
    ) and time.monotonic() < end:
        time.sleep(0.05)
    return left


def test_killed_runs_give_the_same_bytes_and_leave_nothing(small):
    put(small, "good", BLOCK, WORK)
    names = ("Poland", "Hungary", "Kosovo", "Latvia")
    path = batch(small, *((n.lower(), "good", f"{{country: {n}}}") for n in names))
    temporary = small / "t"
    temporary.mkdir()
    surroundings = {**os.environ, "TMPDIR": str(temporary)}
    moments = random.Random(2024)

    def run(engine, seconds=None):
        """Run the batch, or kill it after so many seconds; return the status."""
        options = ["--format", "html", "--jobs", "2", "--engine", engine]
        command = [*NIT, "run", *options, str(path)]
        with subprocess.Popen(command, env=surroundings, stdout=subprocess.DEVNULL) as runner:
            try:
                return runner.wait(seconds or 300)
            except subprocess.TimeoutExpired:
                runner.kill()
        return runner.returncode

    start = time.monotonic()
    assert run("warm") == 0
    length = time.monotonic() - start
    undisturbed, data = files(small / "reports"), files(small / "data")
    killed = 0
    for number in range(KILLS):
        shutil.rmtree(small / "reports")
        engine = ("warm", "warm", "stock")[number % 3]
        killed += run(engine, moments.uniform(0.05, length)) == -9
        print(f"{number + 1} ended, {killed} of them by SIGKILL", flush=True)
        assert gone(small) == []
        assert emptied(temporary) == []
        assert run("warm") == 0
        assert files(small / "reports") == undisturbed
        assert files(small / "data") == data
        assert gone(small) == []
        assert emptied(temporary) == []
