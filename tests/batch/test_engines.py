"""The warm engine gives what a kernel gives, cell by cell, and leaks nothing from run to run."""

import itertools
import json

import nbformat
import nbformat.v4 as nb
import papermill
import pytest
from jupyter_client.manager import run_kernel
from nbclient.exceptions import CellTimeoutError
from papermill.exceptions import PapermillExecutionError
from papermill.execute import remove_error_markers

from analysis.batch.execute import STARTING, NotebookError, execute
from analysis.batch.processes import FIXED
from analysis.settings.notebooks import merged

from .small_notebooks import notebook, put

ENGINES = ("stock", "warm")

CELLS = {
    "streams": "import sys\nprint('out', end='')\nprint(' and on')\nprint('err', file=sys.stderr)",
    "progress": "for n in range(3):\n    print(f'\\r{n} of 3', end='')\nprint()",
    "low level": "import os\nprint('before')\nos.system('echo a child')\nos.write(1, b'raw\\n')\n"
    "import time\ntime.sleep(0.5)  # what is written below Python is collected by a thread",
    "shell": "!echo hello; echo trouble >&2",
    "lines": "found = !printf 'a\\nb\\n'\nfound",
    "result": "{'b': 1, 'a': [2, 3]}",
    "none": "None",
    "suppressed": "7;",
    "last results": "_, Out[len(Out) and max(Out)] is _, len(In) > 3",
    "display": "from IPython.display import HTML, Markdown, display\ndisplay(HTML('<b>x</b>'), 3)",
    "markdown": "Markdown('**bold**')",
    "update": "handle = display('first', display_id='fixed')\nhandle.update('second')",
    "update from elsewhere": "handle.update('third')",
    "clear": "from IPython.display import clear_output\nprint('gone'); clear_output()\nprint('x')",
    "clear and wait": "print('gone')\nclear_output(wait=True)\nprint('stays')",
    "table": "import pandas as pd\npd.DataFrame({'x': [1.5, None], 'y': ['a', 'ä']})",
    "figure": "import matplotlib.pyplot as plt\nplt.plot([1, 2], [1, 3])\nplt.show()",
    "figure left open": "plt.bar([1, 2], [3, 4]);",
    "vectors": "%matplotlib inline\n%config InlineBackend.figure_formats = ['svg']",
    "figure as result": "import matplotlib.figure\nf = matplotlib.figure.Figure((1, 1))\nf",
    "capture": "%%capture kept\nprint('not shown')",
    "captured": "kept.stdout",
    "await": "import asyncio\nawait asyncio.sleep(0)\n'after'",
    "names": "__name__, '__file__' in globals(), type(get_ipython()).__name__",
    "unicode": "print('Chişinău – ☃ \\U0001f600')",
    "empty": "",
    "comment": "# nothing",
    "question": "input('really? ')",
    "secret": "import getpass\ngetpass.getpass()",
    "own error": (
        "from analysis.facts.errors import ParameterError\nraise ParameterError('one line')"
    ),
    "division": "def f(x):\n    return 1 / x\nf(0)",
    "chain": "try:\n    {}['k']\nexcept KeyError as e:\n    raise ValueError('worse') from e",
    "syntax": "x = = 1",
    "magic that is none": "%nosuchmagic",
    "exit status": "import sys\nsys.exit(3)",
    "bad repr": "class Bad:\n    def __repr__(self):\n        raise RuntimeError('repr')\nBad()",
    "interrupt": "raise KeyboardInterrupt",
    "assertion": "assert 1 == 2, 'no'",
    "help": "print?",
    "documentation": "help(len)",
    "state": "counter = globals().get('counter', 0) + 1\ncounter",
    "warning": "import warnings\nwarnings.warn('careful')",
    "log": "import logging\nlogging.warning('heard')\nprint('x')",
    "many lines": "for n in range(3000):\n    print(n)",
    "long line": "print('x' * 300_000)",
}


@pytest.fixture(scope="module")
def outputs(tmp_path_factory):
    """Return the cells above as both engines leave them, every cell allowed to fail."""
    folder = tmp_path_factory.mktemp("engines")
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    cells = [
        nb.new_code_cell(source, metadata={"tags": ["raises-exception"]}, id=f"c{number}")
        for number, source in enumerate(CELLS.values())
    ]
    nbformat.write(
        nb.new_notebook(cells=cells, metadata={"kernelspec": kernel}), folder / "a.ipynb"
    )
    done = {}
    # A kernel under test leaves the descriptors to the test; here it must not know that it is one.
    monkeypatch = pytest.MonkeyPatch()
    monkeypatch.delenv("PYTEST_CURRENT_TEST")
    for engine in (None, "nit-warm"):
        out = folder / f"{engine}.ipynb"
        # Papermill saves the notebook, marks the first failed cell, and raises.
        with pytest.raises(PapermillExecutionError):
            papermill.execute_notebook(
                folder / "a.ipynb", out, kernel_name=engine, progress_bar=False, cwd=folder
            )
        done[engine] = remove_error_markers(nbformat.read(out, 4))
    monkeypatch.undo()
    return done


@pytest.mark.parametrize("name", CELLS)
def test_a_cell_gives_what_a_kernel_gives(outputs, name):
    place = list(CELLS).index(name)
    stock, warm = (outputs[engine].cells[place] for engine in (None, "nit-warm"))
    assert warm.execution_count == stock.execution_count
    assert without_addresses(warm.outputs) == without_addresses(stock.outputs)


def without_addresses(outputs):
    """Return outputs as text, without what differs between two runs of the same engine."""
    import re

    # How a kernel cuts what is printed into pieces depends on the time that it takes.
    text = json.dumps(merged(outputs), indent=1, sort_keys=True)
    return re.sub(
        r"ipykernel_\d+|0x[0-9a-f]{6,}|\b\d+\.py:\d+|m[0-9a-f]{10}|p[0-9a-f]{10}", "#", text
    )


def test_the_metadata_of_the_notebook_are_the_same(outputs):
    kept = [
        {k: v for k, v in outputs[engine].metadata.items() if k != "papermill"}
        for engine in (None, "nit-warm")
    ]
    assert kept[0] == kept[1]


def test_nothing_leaks_from_one_notebook_to_the_next(project):
    """Modules, random state, open figures, options, folder and environment are the template's."""
    path = put(
        project,
        "leaving",
        "import os, random, sys, numpy as np, pandas as pd, matplotlib.pyplot as plt",
        "seen = (hasattr(np, 'mine'), 'mine' in sys.modules, plt.get_fignums(), "
        "pd.get_option('display.max_rows'), os.environ.get('MINE'), plt.rcParams['font.size'])\n"
        "print(seen)",
        "np.mine = 1; sys.modules['mine'] = np; plt.figure(); pd.set_option('display.max_rows', 3)",
        "os.environ['MINE'] = 'x'; plt.rcParams['font.size'] = 3; os.chdir('/')",
        "%%capture\nplt.close('all')",
    )
    texts = []
    for n in range(2):
        made = execute(path, project / f"{n}.ipynb", {}, engine="warm")
        texts += [o.text for cell in made.cells for o in cell.get("outputs", ()) if "text" in o]
    assert texts == ["(False, False, [], 60, None, 10.0)\n"] * 2


def test_hashes_do_not_depend_on_the_users_seed(project, monkeypatch):
    path = put(project, "hashing", "print(hash('Kazakhstan'))")
    monkeypatch.setenv("PYTHONHASHSEED", "7")
    made = execute(path, project / "out.ipynb", {}, engine="warm")
    assert made.cells[-1].outputs[0].text != "0\n"
    again = execute(path, project / "out.ipynb", {}, engine="warm")
    assert again.cells[-1].outputs == made.cells[-1].outputs


def test_cells_stay_out_of_the_users_history(project, monkeypatch, tmp_path):
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    path = put(project, "seen", "print(1)")
    for engine in ENGINES:
        execute(path, project / "out.ipynb", {}, engine=engine)
    papermill.execute_notebook(path, project / "out.ipynb", engine_name="warm", progress_bar=False)
    assert (tmp_path / "ipython").is_dir()
    assert [*tmp_path.rglob("history.sqlite")] == []


def test_random_numbers_are_fresh_in_every_kernel(project):
    source = "import random, numpy as np\nprint(random.random(), *np.random.normal(size=2))"
    path = put(project, "draws", source)
    drawn = []
    for n in range(3):
        made = execute(path, project / f"{n}.ipynb", {}, engine="warm")
        drawn += made.cells[-1].outputs[0].text.split()
    assert len(set(drawn)) == 9


KERNELS_OWN = {
    "await": "import asyncio\nprint(await asyncio.sleep(0, 1))",
    "child": "import subprocess\nprint(subprocess.run(['echo', '7'], capture_output=True).stdout)",
    "fork": "import multiprocessing as m\nwith m.get_context('fork').Pool(2) as p:\n"
    "    print(p.map(abs, [-1, -2]))",
    "spawn": "import multiprocessing as m\nm.set_start_method('spawn')\nwith m.Pool(2) as p:\n"
    "    print(p.map(abs, [-1, -2]))",
    "process": "print(m.current_process().name, m.parent_process())",
    "kernel": "k = get_ipython().kernel\nprint(type(k).__name__, len(k.session.session))",
    "thread": "import threading\nt = threading.Thread(target=print, args=('in a thread',))\n"
    "t.start()\nt.join()",
    "pool": "from concurrent.futures import ThreadPoolExecutor\n"
    "pool = ThreadPoolExecutor()\npool.submit(int).result()",
    "alone": "import os\nprint(os.getsid(0) == os.getpid(), os.getcwd(), __name__)",
    "time": "%%capture kept\n%timeit -n1 -r1 1",
    "command": "import sys\nprint(sys.argv[0].rpartition('/')[2], sys.argv[1], repr(sys.path[0]))",
    "end": "import atexit\natexit.register(lambda: open('ended.txt', 'w').write('yes'));",
    # The last one: a kernel ends a tenth of a second later, so that whether a cell after it still
    # runs hangs on how busy the machine is, with stock kernels too.
    "exit": "print('before')\nexit()",
}


def test_a_warm_kernel_is_a_kernel(project):
    path = put(project, "real", *KERNELS_OWN.values())
    seen = []
    for engine in ENGINES:
        folder = project / "run"
        folder.mkdir()
        made = execute(path, folder / "o.ipynb", {}, engine=engine)
        assert (folder / "ended.txt").read_text() == "yes"
        seen.append([without_addresses(cell.get("outputs", ())) for cell in made.cells])
        folder.rename(project / f"run-{engine}")
    assert seen[0] == seen[1]


def idle_after(message, request):
    """Whether a kernel says in a message that it has done what a request asked."""
    answers = message["parent_header"].get("msg_id") == request
    return answers and message["content"].get("execution_state") == "idle"


def test_a_warm_kernel_can_be_debugged(project, monkeypatch):
    """Its debugger was imported before the fork: what JupyterLab asks of it works all the same."""
    monkeypatch.setenv("NIT_ROOT", str(project))
    code = "def f(a):\n    b = a * 2\n    return b\nprint(f(21))"
    with run_kernel(kernel_name="nit-warm", startup_timeout=STARTING) as client:

        def ask(command, **arguments):
            about = {"type": "request", "command": command, "arguments": arguments}
            message = client.session.msg("debug_request", {**about, "seq": next(numbers)})
            client.control_channel.send(message)
            while True:
                answer = client.control_channel.get_msg(timeout=STARTING)
                if answer["parent_header"].get("msg_id") == message["header"]["msg_id"]:
                    return answer["content"].get("body")

        numbers, stopped, told = itertools.count(1), [], ""
        ask("initialize", clientID="test", adapterID="", pathFormat="path")
        ask("attach")
        source = {"path": ask("dumpCell", code=code)["sourcePath"]}
        ask("setBreakpoints", breakpoints=[{"line": 3}], source=source, sourceModified=False)
        ask("configurationDone")
        cell = client.execute(code)
        message = None
        # What a cell prints may come in pieces: "42" and the end of its line.
        while message is None or not idle_after(message, cell):
            message = client.iopub_channel.get_msg(timeout=STARTING)
            if message["content"].get("event") == "stopped":
                thread = message["content"]["body"]["threadId"]
                frame = ask("stackTrace", threadId=thread)["stackFrames"][0]
                stopped.append((frame["name"], frame["line"]))
                ask("continue", threadId=thread)
            told += message["content"].get("text", "")
    assert (stopped, told) == ([("f", 3)], "42\n")


def test_a_cell_that_takes_too_long_is_ended_by_papermill(tmp_path):
    path = put_in(tmp_path, "import time\ntime.sleep(300)")
    with pytest.raises(CellTimeoutError):
        papermill.execute_notebook(
            path,
            tmp_path / "out.ipynb",
            kernel_name="nit-warm",
            execution_timeout=3,
            progress_bar=False,
        )


def test_modules_that_changed_are_not_those_of_the_template(project, monkeypatch):
    """Where the interpreter of the template will not do, a kernel starts afresh."""
    path = put(project, "hashing", "import os\nprint(hash('x'), os.environ['PYTHONHASHSEED'])")
    texts = set()
    for seed in ("0", "1"):
        monkeypatch.setitem(FIXED, "PYTHONHASHSEED", seed)
        made = execute(path, project / "out.ipynb", {}, engine="warm")
        texts.add(made.cells[-1].outputs[0].text)
    assert len({text.split()[0] for text in texts}) == 2


def put_in(folder, *sources):
    path = folder / "a.ipynb"
    nbformat.write(notebook(*sources), path)
    return path


@pytest.mark.parametrize("engine", ENGINES)
def test_too_much_output_is_a_failure_with_its_cell(project, engine):
    from analysis.settings.batches import Limits

    path = put(project, "loud", "1", "print('x' * 3_000_000)")
    with pytest.raises(NotebookError) as failure:
        execute(path, project / "o.ipynb", {}, engine=engine, limits=Limits(output_mb=1))
    assert str(failure.value).startswith("cell 3: OutputLimitError: the notebook put out more than")
    assert failure.value.cell == 3


def test_output_that_is_caught_by_the_notebook_still_fails_it(project):
    path = put(project, "sly", "try:\n    print('x' * 30_000_000)\nexcept Exception:\n    pass")
    with pytest.raises(NotebookError, match="OutputLimitError"):
        execute(path, project / "o.ipynb", {}, engine="warm")
