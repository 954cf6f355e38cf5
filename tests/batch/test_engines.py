"""The warm engine gives what a kernel gives, cell by cell, and leaks nothing from run to run."""

import json

import nbformat
import nbformat.v4 as nb
import papermill
import pytest
from papermill.exceptions import PapermillExecutionError
from papermill.execute import remove_error_markers

from analysis.batch.execute import NotebookError, execute, merged
from analysis.batch.shell import CellShell, OutputLimitError

from .small_notebooks import notebook, put

ENGINES = ("stock", "warm")

CELLS = {
    "streams": "import sys\nprint('out', end='')\nprint(' and on')\nprint('err', file=sys.stderr)",
    "progress": "for n in range(3):\n    print(f'\\r{n} of 3', end='')\nprint()",
    "low level": "import os\nprint('before')\nos.system('echo a child')\nos.write(1, b'raw\\n');",
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
    for engine in (None, "warm"):
        out = folder / f"{engine}.ipynb"
        # Papermill saves the notebook, marks the first failed cell, and raises.
        with pytest.raises(PapermillExecutionError):
            papermill.execute_notebook(
                folder / "a.ipynb", out, engine_name=engine, progress_bar=False, cwd=folder
            )
        done[engine] = remove_error_markers(nbformat.read(out, 4))
    monkeypatch.undo()
    return done


@pytest.mark.parametrize("name", CELLS)
def test_a_cell_gives_what_a_kernel_gives(outputs, name):
    place = list(CELLS).index(name)
    stock, warm = (outputs[engine].cells[place] for engine in (None, "warm"))
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
        for engine in (None, "warm")
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


def test_a_notebook_that_needs_a_kernel_gets_one(project):
    source = "from ipykernel.kernelapp import IPKernelApp\nprint(IPKernelApp.initialized())"
    path = put(project, "asking", source)
    seen = []
    for tag in ([], ["needs-kernel"]):
        content = notebook(source)
        content.metadata["tags"] = tag
        nbformat.write(content, path)
        seen.append(execute(path, project / "o.ipynb", {}, engine="warm").cells[-1].outputs[0].text)
    assert seen == ["False\n", "True\n"]


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


def test_the_limit_counts_all_cells_and_what_is_displayed():
    import subprocess
    import sys

    code = (
        "from analysis.batch.shell import CellShell\n"
        "shell = CellShell(1000)\n"
        "for n in range(3):\n"
        "    *_, reply = shell.execute('from IPython.display import HTML, display\\n"
        'display(HTML("y" * 400))\', str(n))\n'
        "    told = reply['content']['status'], reply['content'].get('ename')\n"
        "    print(*told, file=__import__('sys').stderr, flush=True)\n"
        # What is still in the shell's buffers is over the limit too, and said so at the end.
        "__import__('os')._exit(0)\n"
    )
    # From Python 3.12 on IPython's parts warn of their own use of dates, on the same stream.
    command = [sys.executable, "-W", "ignore", "-c", code]
    ran = subprocess.run(command, capture_output=True, text=True, check=True)
    assert ran.stderr.split() == ["ok", "None", "ok", "None", "error", "OutputLimitError"]
    assert issubclass(OutputLimitError, Exception)
    assert CellShell.__doc__
