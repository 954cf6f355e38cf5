"""Frames over a socket or pipe: a kind, a length, a pickled value.

Both ends are this project in processes of one user that start each other; nothing else connects.
"""

from __future__ import annotations

import pickle
import struct
from typing import Any, Final, Protocol

_HEAD: Final = struct.Struct(">cQ")

EVENT: Final = b"e"
RESULT: Final = b"r"
REQUEST: Final = b"q"
FAULT: Final = b"f"
"""The traceback of an error that is the worker's own, not its notebook's."""


class Receiving(Protocol):
    """Something that bytes are read from, like a socket."""

    def recv(self, size: int, /) -> bytes:
        """Return up to `size` bytes; none at the end."""


class Sending(Protocol):
    """Something that takes bytes, like a socket."""

    def sendall(self, data: bytes, /) -> None:
        """Take all of `data`."""


def send(channel: Sending, kind: bytes, value: Any) -> None:
    """Send one value."""
    content = pickle.dumps(value, protocol=pickle.HIGHEST_PROTOCOL)
    channel.sendall(_HEAD.pack(kind, len(content)) + content)


def receive(channel: Receiving) -> tuple[bytes, Any] | None:
    """Return kind and value of the next frame, or None where the other end has gone."""
    head = _exactly(channel, _HEAD.size)
    if head is None:
        return None
    kind, length = _HEAD.unpack(head)
    content = _exactly(channel, length)
    return None if content is None else (kind, pickle.loads(content))


def _exactly(channel: Receiving, length: int) -> bytes | None:
    pieces = bytearray()
    while len(pieces) < length:
        try:
            piece = channel.recv(min(length - len(pieces), 1 << 20))
        except ConnectionError:
            # An end that died with something unread resets instead of closing.
            return None
        if not piece:
            return None
        pieces += piece
    return bytes(pieces)
