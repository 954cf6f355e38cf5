"""Where a kernel or the template does not start, that is one failure, and nothing stays behind."""

import gc
import os
import signal
import socket
import subprocess
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from multiprocessing.connection import Connection
from types import SimpleNamespace

import pytest
import zmq.asyncio

from analysis.batch import execute
from analysis.batch.processes import ForkedProcess, close_templates
from analysis.batch.work import perform

from .small_notebooks import batch, files, job, put
from .test_faults import NIT, gone, wait_for

pytestmark = pytest.mark.slow

END = "import os, signal\n"
STARTS = {
    "is killed": ("os.kill(os.getpid(), signal.SIGKILL)", "the process was killed by signal 9"),
    "ends": ("os._exit(4)", "the notebook ended its process with status 4"),
}


def ran(project, arguments, **surroundings):
    """Run the command with a temporary folder of its own; return it and what is left in that."""
    temporary = project / "t"
    temporary.mkdir(exist_ok=True)
    # A limit that fails here is a run that waits for ever, also for its own end.
    done = subprocess.run(
        [*NIT, "run", *map(str, arguments)],
        env={**os.environ, "TMPDIR": str(temporary), **surroundings},
        capture_output=True,
        text=True,
        timeout=300,
    )
    return done, [path.name for path in temporary.iterdir()]


@pytest.mark.parametrize("engine", ["warm", "stock"])
@pytest.mark.parametrize("how", STARTS)
def test_a_kernel_that_dies_before_it_answers_is_one_line(small, engine, how):
    source, words = STARTS[how]
    startup = small / "ipython" / "profile_default" / "startup" / "0.py"
    startup.parent.mkdir(parents=True)
    # Cells of the three notebooks that build the data run first: the first of them fails.
    startup.write_text(END + source)
    arguments = ("--engine", engine, batch(small, ("a", "good", "{}")))
    done, left = ran(small, arguments, IPYTHONDIR=str(small / "ipython"))
    assert (done.returncode, done.stderr) == (1, f"  1_clean: {words}\n")
    assert gone(small) == []
    assert left == []
    assert not list((small / "reports").glob(".making-*"))


@pytest.mark.parametrize("engine", ["warm", "stock"])
def test_a_kernel_that_never_answers_is_given_up(small, monkeypatch, engine):
    monkeypatch.setattr(execute, "STARTING", 3)
    monkeypatch.setattr(execute, "FIRST_LINE", "__import__('os').kill(0, 19)")
    monkeypatch.delenv("PYTEST_CURRENT_TEST")
    result = perform(replace(job(small, "good"), scratch=str(small), engine=engine))
    assert result.error == "RuntimeError: Kernel didn't respond in 3 seconds"
    contexts = [c for c in gc.get_objects() if isinstance(c, zmq.asyncio.Context)]
    assert [c for c in contexts if not c.closed] == []
    close_templates()
    assert gone(small) == []


def test_a_process_that_has_ended_before_its_number_is_read_has_both():
    ours, theirs = socket.socketpair()
    with ours, theirs:
        source = SimpleNamespace(requests=ours)

        def answer():
            _, [number], *_ = socket.recv_fds(theirs, 1, 1)
            with Connection(number) as connection:
                connection.recv()
                connection.send_bytes(b"27141")
                connection.send_bytes(b"0")

        keeper = threading.Thread(target=answer)
        keeper.start()
        process = ForkedProcess(source, {"cmd": []})
        keeper.join()
        assert (process.pid, process.wait(), process.lost) == (27141, 0, False)


def test_threads_that_wait_for_one_process_all_hear_how_it_ended():
    for _ in range(200):
        ours, theirs = socket.socketpair()
        with ours, theirs, ThreadPoolExecutor(8) as threads:

            def answer(theirs=theirs):
                _, [number], *_ = socket.recv_fds(theirs, 1, 1)
                connection = Connection(number)
                connection.recv()
                connection.send_bytes(b"27141")
                return connection

            keeper = threads.submit(answer)
            process = ForkedProcess(SimpleNamespace(requests=ours), {"cmd": []})
            waiting = [threads.submit(process.wait) for _ in range(6)]
            with keeper.result() as connection:
                connection.send_bytes(b"0")
            assert [one.result(60) for one in waiting] == [0] * 6
            assert not process.lost


@pytest.fixture
def no_template(small):
    """As on a machine where a module of the stack cannot be imported."""
    (small / "site").mkdir()
    (small / "site" / "sitecustomize.py").write_text(
        "import os, sys\nif 'analysis.batch.template' in sys.orig_argv:\n    os._exit(1)\n"
    )
    return {"PYTHONPATH": os.pathsep.join([str(small / "site"), os.environ.get("PYTHONPATH", "")])}


def test_without_a_template_an_interrupted_run_ends_as_soon(small, no_template):
    put(
        small, "slow", "import time\nopen(f'../../../slow-{country}', 'w').close()\ntime.sleep(300)"
    )
    path = batch(small, ("a", "slow", "{}"), ("b", "slow", "{country: Poland}"))
    with subprocess.Popen(
        [*NIT, "run", str(path)],
        env={**os.environ, **no_template},
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    ) as run:
        wait_for(lambda: len([*(small / "reports").glob("slow-*")]) == 2, run)
        run.send_signal(signal.SIGINT)
        _, err = run.communicate(timeout=60)
    assert (run.returncode, err) == (1, "nit: interrupted; what was finished is kept\n")
    assert gone(small) == []


def test_without_a_template_notebooks_run_all_the_same(small, no_template):
    path = batch(small, ("a", "good", "{}"), ("b", "good", "{country: Poland}"))
    done, _ = ran(small, [path])
    assert done.returncode == 0, done.stderr
    before = files(small / "reports")
    done, left = ran(small, ["--force", path], **no_template)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.count(": made in ") == 2
    assert files(small / "reports") == before
    assert left == []
