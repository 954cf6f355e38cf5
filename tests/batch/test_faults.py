"""Whatever a notebook does is one failure; the others are made and nothing is left behind."""

import gc
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import nbformat
import psutil
import pytest
import zmq.asyncio

from analysis import cli
from analysis.batch import kernels
from analysis.batch.manifest import read_manifest
from analysis.batch.processes import call, close_templates
from analysis.batch.work import perform

from .small_notebooks import FAILING, batch, files, job, put

pytestmark = pytest.mark.slow

NIT = [sys.executable, "-c", "from analysis.cli import main; main()"]

FAULTS = {
    "raises": (FAILING, "cell 3: ValueError: no such thing second line"),
    "hangs": ("import time\ntime.sleep(600)", "cell 3: took longer than 30 s"),
    "hangs-in-c": ("(lambda: sum(range(10**13)))()", "cell 3: took longer than 30 s"),
    "exits": ("import os\nos._exit(3)", "cell 3: the notebook ended its process with status 3"),
    "exits-well": (
        "import os\nos._exit(0)",
        "cell 3: the notebook ended its process with status 0",
    ),
    "dies": (
        "import os, signal\nos.kill(os.getpid(), signal.SIGSEGV)",
        "cell 3: the process was killed by signal 11",
    ),
    "system-exit": ("import sys\nsys.exit(2)", "cell 3: SystemExit: 2"),
    "allocates": (
        "x = []\nwhile True:\n    x.append(bytearray(50_000_000))",
        "cell 3: MemoryError",
    ),
    "prints": ("for _ in range(100):\n    print('x' * 1_000_000)", "cell 3: OutputLimitError"),
    "prints-below": (
        "import os\nfor _ in range(100):\n    os.write(1, b'x' * 1_000_000)",
        "cell 3: OutputLimitError",
    ),
    "kills-its-template": (
        "import os, signal, time\nos.kill(os.getppid(), signal.SIGKILL)\ntime.sleep(5)",
        "cell 3: the worker process died",
    ),
    "no-brief": (
        "from IPython.display import display\ndisplay({'image/png': 'AAAA'}, raw=True)",
        "cell 3 holds no image/png",
    ),
}

HELD_BY_RUNS = """
import json, sys
import psutil
from analysis import cli

def held():
    own = psutil.Process()
    return {
        "descriptors": own.num_fds(),
        "sockets": len(own.net_connections("all")),
        "threads": own.num_threads(),
        "processes": [p.name() for p in own.children(recursive=True)],
    }

told = []
for _ in range(2):  # the first imports what stays imported
    assert cli.run(["run", "--force", sys.argv[1]]) == 1
    told.append(held())
print(*map(json.dumps, told), sep="\\n")
"""


def nit(*arguments, **options):
    """Run the command in a process of its own."""
    return subprocess.run(
        [*NIT, *map(str, arguments)], capture_output=True, text=True, timeout=120, **options
    )


def of_project(project, name=""):
    """Return the living processes that know a project folder by their environment."""
    found = []
    for process in psutil.process_iter():
        try:
            living = process.pid != os.getpid() and process.status() != psutil.STATUS_ZOMBIE
            named = name in process.name()
            if living and named and process.environ().get("NIT_ROOT") == str(project):
                found.append(process)
        except (psutil.Error, OSError):
            continue
    return found


def gone(project, seconds=60.0):
    """Return what of a project's processes still lives after that time."""
    end = time.monotonic() + seconds
    while (left := of_project(project)) and time.monotonic() < end:
        time.sleep(0.05)
    return left


def test_every_fault_is_one_failure_and_the_others_are_made(small, capsys, monkeypatch):
    # A kernel that finds itself under test leaves what is written to descriptors to the test.
    monkeypatch.delenv("PYTEST_CURRENT_TEST")
    for name, (source, _) in FAULTS.items():
        put(small, name, "'before'", source)
        # Cell 3, after the parameters and the text; nothing is injected where nothing is given.
    names = ["first", *FAULTS, "last"]
    listed = [(n, n if n in FAULTS else "good", "{}") for n in names]
    path = batch(small, *listed, more="limits: {seconds: 30, memory_gb: 0.5, output_mb: 5}\n")
    assert cli.run(["run", str(path)]) == 1
    out, err = capsys.readouterr()
    assert "2 made, 12 failed" in out
    told = dict(line.strip().split(": ", 1) for line in err.splitlines())
    briefs = read_manifest()["briefs"]
    for name, (_, words) in FAULTS.items():
        assert words in told[name.upper()], name
        assert briefs[name]["error"] == told[name.upper()]
    made = files(small / "reports")
    assert {"first/first.html", "last/last.pdf"} <= set(made)
    for name in FAULTS:
        failed = nbformat.reads(made[f"{name}/{name}.failed.ipynb"].decode(), 4)
        if name != "no-brief":
            [error] = [
                o for c in failed.cells for o in c.get("outputs", ()) if o.output_type == "error"
            ]
            assert error.ename
    page = made["index.html"].decode()
    assert "first" in page
    assert not list((small / "reports").glob(".making-*"))


def test_a_dead_template_is_replaced(small, capsys):
    """A kernel that is asked for after its death comes from another one."""
    # Not looked for among all processes: keepers, which end at any time, have its command too.
    found = f"children = psutil.Process({os.getpid()}).children()\n" + (
        "[template] = [p for p in children if 'analysis.batch.template' in p.cmdline()]"
    )
    put(small, "fatal", f"import psutil\n{found}\ntemplate.kill()\nprint('done')")
    path = batch(small, ("a", "fatal", "{}"), ("b", "good", "{}"), ("c", "good", "{}"))
    assert cli.run(["run", "--jobs", "1", str(path)]) == 0
    assert "3 made, 0 failed" in capsys.readouterr().out


def test_an_export_that_dies_or_hangs_is_one_line(tmp_path):
    assert call("os:abort", {}, str(tmp_path), 60) == "the worker process died (status -6)"
    command = {"args": ["sleep", "300"]}
    assert call("subprocess:run", command, str(tmp_path), 0.5) == "run took longer than 0.5 s"
    assert call("no.such:thing", {}, str(tmp_path), 60).startswith("ModuleNotFoundError: No module")
    close_templates()


def test_the_last_good_brief_stays_and_is_marked(small, capsys):
    path = batch(small, ("one", "good", "{}"))
    assert cli.run(["run", str(path)]) == 0
    before = files(small / "reports" / "one")
    put(small, "good", FAILING)
    assert cli.run(["run", str(path)]) == 1
    after = files(small / "reports" / "one")
    assert {name: after[name] for name in before} == before
    assert set(after) - set(before) == {"one.failed.ipynb"}
    entry = read_manifest()["briefs"]["one"]
    assert (entry["outcome"], entry["cell"]) == ("failed", 2)
    assert set(entry["files"]) == set(before)
    put(small, "good", "print('well again')")
    assert cli.run(["run", "--only", "failed", str(path)]) == 0
    assert set(files(small / "reports" / "one")) == set(before)
    assert "1 made, 0 failed" in capsys.readouterr().out
    assert cli.run(["run", "--only", "failed", str(path)]) == 0
    assert "0 made, 0 failed" in capsys.readouterr().out


def test_a_failure_whose_folder_was_deleted_leaves_the_index(small):
    put(small, "bad", FAILING)
    path = batch(small, ("a", "good", "{}"), ("b", "bad", "{}"))
    assert cli.run(["run", str(path)]) == 1
    index = small / "reports" / "index.html"
    assert "no such thing" in index.read_text()
    shutil.rmtree(small / "reports" / "b")
    assert cli.run(["run", str(batch(small, ("a", "good", "{}")))]) == 0
    assert "no such thing" not in index.read_text()
    assert "a/a.html" in index.read_text()


@pytest.mark.parametrize("name", ["index.html", "explore.html"])
def test_a_page_of_all_briefs_that_was_altered_is_made_again(small, name):
    path = batch(small, ("a", "good", "{}"))
    assert cli.run(["run", str(path)]) == 0
    page = small / "reports" / name
    before = page.read_bytes()
    for altered in (before[:-9], b""):
        page.write_bytes(altered)
        assert cli.run(["run", str(path)]) == 0
        assert page.read_bytes() == before


def test_an_error_that_a_terminal_would_obey_is_harmless_and_short(small, capsys):
    put(small, "bad", "raise ValueError('\\x1b[31mred' + 'x' * 5000)")
    assert cli.run(["run", str(batch(small, ("b", "bad", "{}")))]) == 1
    out, err = capsys.readouterr()
    assert "cell 2: ValueError: \\x1b[31mred" in err
    assert "\x1b" not in out + err
    assert len(err) < 1200
    assert read_manifest()["briefs"]["b"]["error"] in err


def test_after_a_failure_nothing_more_is_started_where_that_is_asked(small, capsys):
    put(small, "bad", FAILING)
    path = batch(small, ("a", "bad", "{}"), *((f"b{n}", "good", "{}") for n in range(6)))
    assert cli.run(["run", "--fail-fast", "--jobs", "1", str(path)]) == 1
    out, _ = capsys.readouterr()
    assert "not tried" in out
    assert "1 failed" in out
    assert [*read_manifest()["briefs"]] == ["a"]


@pytest.mark.parametrize(
    ("number", "engine"),
    [(signal.SIGINT, "warm"), (signal.SIGTERM, "warm"), (signal.SIGINT, "stock")],
)
def test_an_interrupted_run_ends_soon_and_takes_everything_along(small, number, engine):
    source = "import subprocess, time\nsubprocess.Popen(['sleep', '300'], start_new_session=True)\n"
    put(small, "slow", source + "print('running', flush=True)\ntime.sleep(300)")
    path = batch(small, ("a", "good", "{}"), ("b", "slow", "{}"), ("c", "slow", "{}"))
    log = small / "log.jsonl"
    with subprocess.Popen(
        [*NIT, "run", "--log", str(log), "--engine", engine, str(path)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        # Tests that run in the background of a shell inherit an interrupt that is ignored.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    ) as run:
        wait_for(lambda: '"made"' in text_of(log) and len(sleeping(small)) == 2, run)
        run.send_signal(number)
        _, err = run.communicate(timeout=100)
    assert run.returncode == 1
    assert err == "nit: interrupted; what was finished is kept\n"
    assert gone(small) == []
    assert "a" in read_manifest()["briefs"]
    assert not list((small / "reports").glob(".making-*"))


def sleeping(project):
    return of_project(project, "sleep")


def text_of(path):
    return path.read_text() if path.exists() else ""


def wait_for(ready, run, seconds=60):
    """Wait until something holds, and end the run if it does not."""
    end = time.monotonic() + seconds
    while not ready():
        if time.monotonic() > end or run.poll() is not None:
            run.kill()
            pytest.fail(f"did not happen in {seconds} s")
        time.sleep(0.05)


@pytest.mark.parametrize(
    ("surroundings", "before"),
    [
        ({"HOME": "/dev/null/home"}, ""),
        ({}, "umask 077; "),
        ({}, "exec >&-; "),
        ({"TMPDIR": "{a} {0} ü"}, ""),
        # As long as those that schedulers of clusters name.
        ({"TMPDIR": "job" * 40}, ""),
    ],
)
def test_a_run_needs_no_home_terminal_or_usual_mask(small, surroundings, before):
    path = batch(small, ("a", "good", "{}"), ("b", "good", "{}"))
    for name, value in surroundings.items():
        folder = small / value
        if value[0] != "/":
            folder.mkdir()
        surroundings = {**surroundings, name: str(folder)}
    command = " ".join(f"'{word}'" for word in (*NIT, "run", str(path)))
    ran = subprocess.run(
        ["sh", "-c", before + command],
        env={**os.environ, **surroundings},
        capture_output=True,
        text=True,
        timeout=200,
    )
    assert (ran.returncode, ran.stderr) == (0, "")
    assert {"a/a.html", "b/b.pdf", "manifest.json"} <= set(files(small / "reports"))


def test_a_second_run_waits_and_says_so(small):
    put(small, "slow", "import time\ntime.sleep(3)\nprint('done')")
    first = batch(small, ("a", "slow", "{}"), name="one")
    second = batch(small, ("b", "good", "{}"), name="two")
    log = small / "log.jsonl"
    with subprocess.Popen(
        [*NIT, "run", "--log", str(log), str(first)], stdout=subprocess.PIPE
    ) as run:
        wait_for(lambda: '"cell"' in text_of(log), run)
        ran = nit("run", second)
        run.communicate(timeout=60)
    assert ran.returncode == run.returncode == 0
    assert ran.stdout.startswith("another run is working in reports/; waiting for it to end\n")
    assert sorted(read_manifest()["briefs"]) == ["a", "b"]


def test_nothing_of_a_batch_is_left(small, tmp_path_factory):
    """No process, no descriptor, no socket, no thread, no file."""
    put(small, "bad", FAILING)
    path = batch(small, ("a", "good", "{}"), ("b", "bad", "{}"), ("c", "good", "{}"))
    # Short: sockets stand elsewhere where the temporary folder's path is long.
    temporary = tmp_path_factory.mktemp("t")
    # In a process of its own: that of the tests may hold a browser for others.
    ran = subprocess.run(
        [sys.executable, "-c", HELD_BY_RUNS, str(path)],
        capture_output=True,
        env={**os.environ, "TMPDIR": str(temporary)},
        check=True,
        timeout=200,
    )
    before, after = map(json.loads, ran.stdout.splitlines()[-2:])
    assert after == before
    assert before["processes"] == []
    assert list(temporary.iterdir()) == []
    assert sorted(p.name for p in (small / "reports").iterdir()) == [
        ".state", "a", "b", "c", "explore.html", "index.html", "manifest.json",
    ]  # fmt: skip


def test_a_kernel_that_cannot_be_reached_is_one_line_and_leaves_no_socket(small, monkeypatch):
    """The garbage collector would wait for ever for a context with an open socket."""
    monkeypatch.setattr(kernels, "uuid4", lambda: "job" * 40)
    result = perform(replace(job(small, "good"), scratch=str(small), engine="stock"))
    assert "File name too long" in result.error
    assert "\n" not in result.error
    contexts = [c for c in gc.get_objects() if isinstance(c, zmq.asyncio.Context)]
    assert [c for c in contexts if not c.closed] == []


def test_a_full_disk_is_one_line_and_loses_nothing(small, capsys, monkeypatch):
    path = batch(small, ("a", "good", "{}"), ("b", "good", "{}"))
    assert cli.run(["run", str(path)]) == 0
    before = files(small / "reports")
    put(small, "good", "print('other')")
    write = Path.write_bytes

    def full(self, content):
        if "/.making-" in str(self) and self.suffix == ".pdf":
            raise OSError(28, "No space left on device", str(self))
        return write(self, content)

    monkeypatch.setattr(Path, "write_bytes", full)
    capsys.readouterr()
    assert cli.run(["run", str(path)]) == 1
    assert "No space left on device" in capsys.readouterr().err
    after = files(small / "reports")
    assert {n: after[n] for n in before if n.startswith(("a/", "b/"))} == {
        n: before[n] for n in before if n.startswith(("a/", "b/"))
    }


def test_a_folder_that_cannot_be_written_to_is_one_line(small, capsys):
    path = batch(small, ("a", "good", "{}"))
    (small / "reports").write_text("a file, not a folder")
    assert cli.run(["run", str(path)]) == 1
    err = capsys.readouterr().err
    assert err.startswith(f"nit: cannot write to {small.resolve() / 'reports'}: ")
    assert err.count("\n") == 1


def test_every_event_is_a_line_of_the_log(small, capsys):
    put(small, "bad", FAILING)
    path = batch(small, ("a", "good", "{}"), ("b", "bad", "{}"))
    log = small / "events.jsonl"
    assert cli.run(["run", "--log", str(log), "--jobs", "1", str(path)]) == 1
    events = [json.loads(line) for line in log.read_text().splitlines()]
    assert [e["of"] for e in events if e["event"] == "plan"] == [1, 2, 2]
    kinds = [(e["event"], e.get("name")) for e in events]
    assert ("made", "a") in kinds
    assert ("failed", "b") in kinds
    assert [e["cell"] for e in events if e.get("name") == "a" and e["event"] == "cell"] == [
        1,
        2,
        3,
        0,
    ]
    assert all(e["seconds"] > 0 and e["peak_mb"] > 10 for e in events if e["event"] == "made")
    assert not any("state" in e for e in events), "how a target ended is the event"
    assert cli.run(["run", "--log", str(small / "no" / "log"), str(path)]) == 1
    assert "cannot write" in capsys.readouterr().err
    if sys.platform == "linux":
        assert cli.run(["run", "--log", "/dev/full", str(path)]) == 1
        full = "nit: cannot write /dev/full: No space left on device\n"
        assert full in capsys.readouterr().err
