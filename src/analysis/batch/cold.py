"""``python -m analysis.batch.cold``: one job in a fresh interpreter, where none can be forked.

The job arrives on standard input and the result leaves on standard output; whatever else prints
there is sent elsewhere first.
"""

from __future__ import annotations

import os
import sys
import traceback
from dataclasses import dataclass

from analysis.batch import wire
from analysis.batch.job import perform


@dataclass(frozen=True)
class _Descriptor:
    """A file descriptor with the interface of a socket."""

    number: int

    def recv(self, size: int) -> bytes:
        """Return what has arrived."""
        return os.read(self.number, size)

    def sendall(self, data: bytes) -> None:
        """Write all of it."""
        left = memoryview(data)
        while left:
            left = left[os.write(self.number, left) :]


def main() -> None:
    """Do the job."""
    answers = _Descriptor(os.dup(1))
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    try:
        received = wire.receive(_Descriptor(0))
        if received is None:
            sys.exit("no job")
        result = perform(received[1], lambda event: wire.send(answers, wire.EVENT, event))
    except BaseException:
        wire.send(answers, wire.FAULT, traceback.format_exc())
        raise
    wire.send(answers, wire.RESULT, result)


if __name__ == "__main__":
    main()
