"""A notebook to run and what became of it: plain data that any worker can be sent."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

from analysis.settings.batches import Limits

Event = dict[str, Any]

WARM: Final = "warm"


@dataclass(frozen=True)
class Job:
    """A notebook to run.

    Attributes
    ----------
    name, title
        Of the target.
    root
        The project folder.
    notebook
        The notebook's file.
    parameters
        For papermill.
    formats
        To export; None for a notebook that is no brief.
    engine
        ``warm`` or ``stock``.
    limits
        What it may use.
    scratch
        A folder in which this job may create one of its own.
    known
        Digest of the executed notebook that is in reports/ already; where the new one is the same,
        nothing is exported.
    """

    name: str
    title: str
    root: str
    notebook: str
    parameters: dict[str, Any] = field(hash=False)
    formats: tuple[str, ...] | None
    engine: str
    limits: Limits
    scratch: str
    known: str = ""


@dataclass(frozen=True)
class Result:
    """What became of a job.

    Attributes
    ----------
    error
        Why it failed, on one line; empty where it did not.
    cell
        Number of the failed cell, from 1; 0 where none failed.
    files
        Path relative to the brief's folder -> contents; of a failed notebook, what there is of it.
    same
        Whether the notebook came out as it was known, so that `files` is empty.
    inputs, outputs
        Files of data/ read and tables written, relative to the project folder -> digest, as the
        worker has them.
    code, python
        Digest of the package's files behind the notebook, and version of Python, of the worker.
    seconds, peak_mb
        Time, and largest resident memory of the kernel.
    """

    error: str = ""
    cell: int = 0
    files: dict[str, bytes] = field(default_factory=dict, hash=False)
    same: bool = False
    inputs: dict[str, str] = field(default_factory=dict, hash=False)
    outputs: dict[str, str] = field(default_factory=dict, hash=False)
    code: str = ""
    python: str = ""
    seconds: float = 0.0
    peak_mb: float = 0.0
