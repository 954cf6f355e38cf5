"""Notebooks as people write them come out of a warm kernel as they do out of papermill's own."""

import json
import re
from contextlib import suppress

import nbformat
import nbformat.v4 as nb
import papermill
import pytest
from papermill.exceptions import PapermillExecutionError
from papermill.execute import remove_error_markers

from analysis.batch.execute import NotebookError, execute
from analysis.batch.processes import FIXED, close_templates
from analysis.settings.notebooks import merged

pytestmark = pytest.mark.slow

POOL = "import multiprocessing as mp\nwith mp.get_context({!r}).Pool(2) as pool:\n"
LONG = "print('\\n'.join(f'{{n}} ' + 'x' * 80 for n in range({})))"

NOTEBOOKS = {
    "await": [
        "import asyncio\nasync def twice(n):\n    await asyncio.sleep(0.01)\n    return 2 * n",
        "await asyncio.gather(*map(twice, range(4)))",
        "async with asyncio.timeout(5):\n    print(await twice(4))",
    ],
    "task over cells": [
        "import asyncio\nseen = []\nasync def work():\n    seen.append(1)\n"
        "    await asyncio.sleep(0.05)\n    seen.append(2)\ntask = asyncio.create_task(work())",
        "await task\nseen",
        "await asyncio.wait_for(asyncio.sleep(10), 0.01)",
    ],
    "async generator": [
        "async def numbers():\n    for n in range(3):\n        yield n\n"
        "[n async for n in numbers()]"
    ],
    "line magics": [
        "%pwd",
        "%env NIT_SEEN=1",
        "x, y = 1, 'b'\n%who",
        "%precision 3\n1 / 3",
        "%xmode",
    ],
    "cell magics": [
        "%%bash\necho $((6 * 7)); echo no >&2; exit 3",
        "%%writefile made.py\nvalue = 'from a file'\nprint(__name__)",
        "%run made.py\nvalue",
        "%%html\n<b>bold</b>",
        "%%capture kept\nprint('hidden')\n7",
        "kept.stdout, len(kept.outputs)",
    ],
    "autoreload": [
        "%load_ext autoreload\n%autoreload 2",
        "open('mod.py', 'w').write('a = 1')\nimport sys; sys.path.insert(0, '.')\n"
        "import mod\nmod.a",
        "import os, time\nopen('mod.py', 'w').write('a = 22')\n"
        "os.utime('mod.py', (1, time.time() + 9))",
        "mod.a",
    ],
    "subprocess": [
        "import subprocess, sys\n"
        "subprocess.run(['tr', 'a-z', 'A-Z'], input='loud', text=True, capture_output=True).stdout",
        "p = subprocess.Popen([sys.executable, '-c', 'print(input())'], stdin=-1, stdout=-1)\n"
        "p.communicate(b'said')",
        "subprocess.run(['false'], check=True)",
    ],
    "shell": ["!echo a child; exit 5", "_exit_code", "lines = !seq 3\nlines.s", "!!printf 'a\\nb'"],
    "fork pool": [POOL.format("fork") + "    print(pool.map(abs, range(-3, 0)))"],
    "spawn pool": [POOL.format("spawn") + "    print(pool.map(abs, range(-3, 0)))"],
    "spawn pool of a module beside": [
        "%%writefile beside.py\ndef square(x):\n    return x * x",
        f"import beside\n{POOL.format('spawn')}    got = pool.map_async(beside.square, [3])\n"
        "    print(got.get(60))",
    ],
    "forkserver pool": [POOL.format("forkserver") + "    print(pool.map(abs, range(-3, 0)))"],
    "own function in a pool": [
        "def cube(x):\n    return x ** 3",
        POOL.format("fork") + "    print(pool.map(cube, range(4)))",
    ],
    "executor": [
        "from concurrent.futures import ProcessPoolExecutor\nimport math\n"
        "with ProcessPoolExecutor(2) as pool:\n    print([*pool.map(math.factorial, range(5))])"
    ],
    "queue": [
        "import multiprocessing as mp\nqueue = mp.Queue()\n"
        "child = mp.Process(target=queue.put, args=('sent',))\nchild.start()\n"
        "print(queue.get(timeout=60))\nchild.join()\nchild.exitcode, mp.current_process().name"
    ],
    "threads": [
        "import threading\nfor n in range(3):\n"
        "    t = threading.Thread(target=print, args=(n,)); t.start(); t.join()",
        "t = threading.Thread(target=lambda: 1 / 0); t.start(); t.join()\n"
        "threading.main_thread().name",
    ],
    "thread pool": [
        "from concurrent.futures import ThreadPoolExecutor\nwith ThreadPoolExecutor(4) as pool:\n"
        "    print(sum(pool.map(lambda n: n * n, range(100))))"
    ],
    "progress bar": [
        "import sys\nfor n in range(5):\n"
        "    sys.stdout.write(f'\\r{n} of 4')\n    sys.stdout.flush()",
        "from tqdm import tqdm\n"
        "bar = '{l_bar}{bar}| {n_fmt}'\n"
        "for _ in tqdm(range(3), file=sys.stdout, bar_format=bar, mininterval=0):\n    pass",
        "import rich\nrich.print('[bold red]done[/]')",
    ],
    "widget": [
        "from comm import create_comm\nstate = {'_model_name': 'IntSliderModel', 'value': 3,\n"
        "    '_model_module': '@jupyter-widgets/controls', '_model_module_version': '2.0.0'}\n"
        "c = create_comm('jupyter.widget', data={'state': state}, comm_id='1' * 32,\n"
        "    metadata={'version': '2.1.0'})",
        "view = {'version_major': 2, 'version_minor': 0, 'model_id': '1' * 32}\n"
        "from IPython.display import display\n"
        "display({'application/vnd.jupyter.widget-view+json': view, 'text/plain': 'w'}, raw=True)",
        "c.send({'method': 'update', 'state': {'value': 4}})\nc.close()",
    ],
    "display that is updated": [
        "from IPython.display import display, Markdown, clear_output\n"
        "h = display(Markdown('*one*'), display_id='d')",
        "h.update(Markdown('*two*'))\nprint('x'); clear_output(wait=True); print('y')",
    ],
    "big outputs": [LONG.format(20_000), "from IPython.display import HTML\nHTML('é' * 2_000_000)"],
    "errors with colours": [
        "def inner(x):\n    return {'a': 1}[x]\ndef outer(x):\n    try:\n        return inner(x)\n"
        "    except KeyError as error:\n        raise ValueError(f'no {x}') from error\nouter('b')"
    ],
    "error in a library": ["import pandas as pd\npd.DataFrame({'a': [1]})['b']"],
    "error group": ["raise ExceptionGroup('several', [ValueError('a'), TypeError('b')])"],
    "syntax error": ["if True:\nprint('x')"],
    "recursion": [
        # How many frames there is room for depends on who started the kernel.
        "def deep(n):\n    return deep(n + 1)\n"
        "try:\n    deep(0)\nexcept RecursionError as error:\n    print(error)"
    ],
    "chdir": [
        "import os\nos.mkdir('sub'); os.chdir('sub'); open('f.txt', 'w').write('kept')",
        "print(os.path.basename(os.getcwd()), os.listdir())\n%cd ..",
        "!ls",
    ],
    "sys.exit": [
        "import sys\nprint('before')\nsys.exit(0)",
        "print('after')\nsys.exit('a reason')",
    ],
    "exit": ["print('before')", "quit()"],
    "alarm": [
        "import signal, time\ndef ring(number, frame):\n    raise TimeoutError('rung')\n"
        "signal.signal(signal.SIGALRM, ring)\nsignal.setitimer(signal.ITIMER_REAL, 0.1)\n"
        "time.sleep(60)"
    ],
    "signals": [
        "import signal\n[str(signal.getsignal(s)).split(' at ')[0] for s in (signal.SIGINT,\n"
        "    signal.SIGTERM, signal.SIGCHLD, signal.SIGPIPE, signal.SIGHUP, signal.SIGUSR1)]",
        "signal.pthread_sigmask(signal.SIG_BLOCK, [])",
        "import os, time\nos.kill(os.getpid(), signal.SIGINT)\ntime.sleep(60)",
    ],
    "fork": [
        "import os\nread, write = os.pipe()\nif (pid := os.fork()) == 0:\n"
        "    os.write(write, b'child'); os._exit(7)\n"
        "os.read(read, 9), os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])"
    ],
    "surroundings": [
        "import os, sys\nsys.argv[0].rpartition('/')[2], sys.path[0], __name__, sys.flags",
        "os.umask(os.umask(0o22)), os.getsid(0) == os.getpid(), os.nice(0)",
        "import time, locale\ntime.tzname, locale.getlocale(), sys.getrecursionlimit()",
        "sorted(k for k in os.environ if k.startswith(('PAPERMILL', 'PYDEVD', 'MPL')))",
    ],
    "random": [
        "import random, numpy as np\nrandom.seed(1); np.random.seed(1)\n"
        "random.random(), np.random.normal(), np.random.default_rng(1).normal()"
    ],
    "below python": [
        "import os, sys\nprint('above'); sys.stdout.flush(); os.write(1, b'below\\n')\n"
        "import time; time.sleep(0.5)",
        "import ctypes\nctypes.CDLL(None).puts(b'from C')\nctypes.CDLL(None).fflush(None)\n"
        "time.sleep(0.5)",
    ],
    "logs and warnings": [
        "import logging, warnings\nlogging.basicConfig(level='INFO', format='%(message)s')\n"
        "logging.info('heard')\nwarnings.warn('careful', stacklevel=1)"
    ],
    "figures": [
        "%matplotlib inline\n%config InlineBackend.figure_formats = ['png']\n"
        "import matplotlib.pyplot as plt\nplt.plot([1, 3, 2]);",
        "fig, ax = plt.subplots(figsize=(2, 1))\nax.bar([1], [2])\nplt.show()\nplt.get_fignums()",
    ],
    "source and pickle": [
        "class Mine:\n    def f(self):\n        return 1\nimport inspect, pickle",
        "print(inspect.getsource(Mine))\ntype(pickle.loads(pickle.dumps(Mine()))).__module__",
        "import doctest\ndef g():\n    '''\n    >>> g()\n    2\n    '''\ndoctest.testmod()",
    ],
    "trace": [
        "import sys\nseen = []\ndef f():\n    return 1\n"
        "sys.settrace(lambda frame, event, arg: seen.append(frame.f_code.co_name))\nf()\n"
        "sys.settrace(None)\n'f' in seen"
    ],
    "asks": ["name = input('who? ')"],
    "the shell itself": [
        "ip = get_ipython()\nip.run_cell('z = 3').success, z, type(ip.kernel).__name__",
        "ip.kernel.shell is ip, ip.kernel.session is not None, ip.parent is ip.kernel",
        "In[1][:2], Out.keys(), ip.ev('1 + 1')",
    ],
}


@pytest.fixture(scope="module", autouse=True)
def one_environment():
    """Give all kernels what a batch's have; what differs is then the kernel's doing."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in FIXED.items():
            patch.setenv(name, value)
        # A kernel that finds itself under test leaves what is written to descriptors to the test.
        patch.delenv("PYTEST_CURRENT_TEST", raising=False)
        yield
    close_templates()


def outcome(notebook, folder):
    """Return outputs and metadata as text without what differs between two stock kernels."""
    cells = [
        [c.execution_count, merged(c.outputs)] for c in notebook.cells if c.cell_type == "code"
    ]
    kept = [notebook.metadata.get("widgets"), notebook.metadata.get("language_info")]
    text = json.dumps([*cells, kept], indent=1, sort_keys=True).replace(str(folder), "FOLDER")
    volatile = r"ipykernel_\d+|0x[0-9a-f]{6,}|\b\d+\.py:\d+|Thread-\d+|pid=\d+"
    return re.sub(volatile, "#", text).splitlines()


def by_papermill(path, folder, **options):
    folder.mkdir()
    out = folder.with_suffix(".ipynb")
    with suppress(PapermillExecutionError):  # the error is among the outputs
        papermill.execute_notebook(path, out, progress_bar=False, cwd=folder, **options)
    return remove_error_markers(nbformat.read(out, 4))


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_a_notebook_gives_the_same_in_a_warm_kernel(name, tmp_path, monkeypatch):
    monkeypatch.delenv("PYTEST_CURRENT_TEST")
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    cells = [
        # All cells are run, and the last may fail.
        nb.new_code_cell(source, id=f"c{n}", metadata={"tags": ["raises-exception"]})
        for n, source in enumerate(NOTEBOOKS[name])
    ]
    del cells[-1].metadata["tags"]
    path = tmp_path / "a.ipynb"
    nbformat.write(nb.new_notebook(cells=cells, metadata={"kernelspec": kernel}), path)
    expected = by_papermill(path, tmp_path / "stock")
    warm = by_papermill(path, tmp_path / "warm", engine_name="warm")
    assert outcome(warm, tmp_path / "warm") == outcome(expected, tmp_path / "stock")
    (tmp_path / "batch").mkdir()
    out = tmp_path / "batch.ipynb"
    try:
        made = execute(path, out, {}, engine="warm", folder=tmp_path / "batch")
    except NotebookError:
        made = remove_error_markers(nbformat.read(out, 4))
    for cell in expected.cells:
        cell.outputs = [o for o in cell.outputs if o.get("name") != "stderr"]
    expected.metadata.language_info.pop("version")
    assert outcome(made, tmp_path / "batch") == outcome(expected, tmp_path / "stock")
