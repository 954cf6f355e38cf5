"""A data frame as R stores it, with a label on every column, which pyreadr cannot write.

The form is R's own serialisation (R Internals 1.8): a header, then items, each a word that says
what it is and its contents, numbers with the high byte first.
"""

from __future__ import annotations

import gzip
import struct
from collections.abc import Iterable, Mapping
from typing import Final

import numpy as np
import pandas as pd

_SYMBOL, _PAIRS, _CHARACTERS, _INTEGERS, _REALS, _STRINGS, _LIST = 1, 2, 9, 13, 14, 16, 19
_OBJECT, _ATTRIBUTES, _TAG, _UTF8 = 1 << 8, 1 << 9, 1 << 10, 1 << 15
_END: Final = struct.pack(">i", 254)
_NO_INTEGER: Final = -(2**31)
_NO_NUMBER: Final = 0x7FF00000000007A2
"""The NaN that R takes for a value that is not known."""


def data_frame(table: pd.DataFrame, labels: Mapping[str, str]) -> bytes:
    """Return the file of a data frame; categories are factors, and `labels` say what columns hold.

    The same table gives the same bytes.
    """
    columns = [_column(table[name], labels[str(name)]) for name in table]
    attributes = {
        "names": _strings(table.columns),
        "row.names": _vector(_INTEGERS, 2, struct.pack(">2i", _NO_INTEGER, -len(table))),
        "class": _strings(["data.frame"]),
    }
    frame = _vector(_LIST, len(columns), b"".join(columns), attributes)
    return gzip.compress(b"X\n" + struct.pack(">3i", 2, 0x40000, 0x20300) + frame, mtime=0)


def _column(values: pd.Series, label: str) -> bytes:
    said = {"label": _strings([label])}
    n = len(values)
    if isinstance(values.dtype, pd.CategoricalDtype):
        places = values.cat.codes.to_numpy("int32")
        codes = np.where(places < 0, _NO_INTEGER, places + 1)
        factor = {"levels": _strings(values.cat.categories), "class": _strings(["factor"])}
        return _vector(_INTEGERS, n, codes.astype(">i4").tobytes(), said | factor)
    if pd.api.types.is_numeric_dtype(values):
        numbers = values.to_numpy("float64", na_value=np.nan)
        if pd.api.types.is_integer_dtype(values) and not np.isnan(numbers).any():
            return _vector(_INTEGERS, n, numbers.astype(">i4").tobytes(), said)
        bits = np.where(np.isnan(numbers), _NO_NUMBER, numbers.view("int64"))
        return _vector(_REALS, n, bits.astype(">i8").tobytes(), said)
    return _vector(_STRINGS, n, b"".join(map(_text, values)), said)


def _vector(
    kind: int, length: int, content: bytes, attributes: Mapping[str, bytes] | None = None
) -> bytes:
    """Return an item with its attributes, which end with a mark."""
    marks = (_ATTRIBUTES if attributes else 0) | (_OBJECT if "class" in (attributes or {}) else 0)
    pairs = [
        struct.pack(">2i", _PAIRS | _TAG, _SYMBOL) + _text(name) + value
        for name, value in (attributes or {}).items()
    ]
    ended = b"".join([*pairs, _END]) if pairs else b""
    return struct.pack(">2i", kind | marks, length) + content + ended


def _strings(texts: Iterable[object]) -> bytes:
    several = list(texts)
    return _vector(_STRINGS, len(several), b"".join(map(_text, several)))


def _text(text: object) -> bytes:
    if text is None or text != text:
        return struct.pack(">2i", _CHARACTERS, -1)
    coded = str(text).encode()
    return struct.pack(">2i", _CHARACTERS | _UTF8, len(coded)) + coded
