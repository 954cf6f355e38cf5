"""Where nothing can be forked a notebook runs in an interpreter of its own: the same, slower."""

import pytest

from analysis.batch import template
from analysis.batch.work import do

from .small_notebooks import FAILING, job, put


def test_a_brief_has_the_same_bytes(small, monkeypatch):
    forked = do(job(small, "good"))
    monkeypatch.setattr(template, "AVAILABLE", False)
    heard = []
    cold = do(job(small, "good"), heard.append)
    assert (cold.error, forked.error) == ("", "")
    assert set(cold.files) == {"good.html", "good.ipynb", "good.pdf"}
    assert cold.files == forked.files
    assert cold.inputs == forked.inputs
    assert [event["cell"] for event in heard] == [*range(1, 5), 0]


@pytest.mark.parametrize(
    ("source", "words"),
    [
        (FAILING, "cell 3: ValueError: no such thing second line"),
        ("import time\ntime.sleep(600)", "cell 3: took longer than 8 s"),
        # The kernel ends, and the process that watches it tells.
        ("import os\nos._exit(3)", "cell 3: DeadKernelError: Kernel died"),
    ],
)
def test_a_fault_is_told_with_its_cell(small, monkeypatch, source, words):
    monkeypatch.setattr(template, "AVAILABLE", False)
    put(small, "bad", source)
    result = do(job(small, "bad", seconds=8.0))
    assert result.error.startswith(words)
    assert (result.cell, list(result.files)) == (3, ["bad.failed.ipynb"])
