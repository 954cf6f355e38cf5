"""Stored tables as files for Stata, SPSS, R, Excel and whatever reads Parquet, with their labels.

Labels of variables and values come from ``schema.yml``. Each format is written by the library that
reads it back, but R's: pyreadr cannot write labels. Nothing is computed here.
"""

from __future__ import annotations

import gzip
import json
import struct
import tempfile
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd

from analysis import DATE, RATINGS_CITATION
from analysis.facts.errors import ParameterError, did_you_mean
from analysis.facts.rating_system import CATEGORIES
from analysis.tables.schema import TableSchema, table_schema
from analysis.tables.stored import read_processed

_LONGEST_LABEL: Final = 80
"""Characters that Stata keeps of a label."""


def write_tables(format_: str, folder: Path, *, wide: bool = False) -> list[Path]:
    """Write the ratings and scores into a folder; return the files, named after their tables.

    `format_` is a key of `FORMATS`; `wide` is one row a country and edition instead of one a
    rating. The folder is made where it is not there.

    Raises
    ------
    ParameterError
        If there is no such format.
    """
    if format_ not in FORMATS:
        hint, known = did_you_mean(format_, list(FORMATS)), ", ".join(FORMATS)
        raise ParameterError(f"unknown format {format_!r}{hint}; the formats are {known}")
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder) as made:
        for schema in map(table_schema, ["country_editions"] if wide else ["panel", "scores"]):
            table = _with_categories(read_processed(schema.name), schema)
            path = Path(made) / f"{schema.name}.{format_}"
            FORMATS[format_](table, path, schema, _labels(table, schema))
        return [path.replace(folder / path.name) for path in sorted(Path(made).iterdir())]


def _with_categories(table: pd.DataFrame, schema: TableSchema) -> pd.DataFrame:
    """Return `table` with columns of a few declared values as categories in their order."""
    named = {f.name: f.constraints.get("enum") for f in schema.fields if f.type == "string"}
    kinds = {name: pd.CategoricalDtype(list(values)) for name, values in named.items() if values}
    table = table.astype(kinds)
    if "category" in table:
        table = table.assign(category_name=table["category"].cat.rename_categories(CATEGORIES))
    return table


def _labels(table: pd.DataFrame, schema: TableSchema) -> dict[str, str]:
    """Return column -> label with its unit, as long as Stata keeps it."""
    labels = {"category_name": "Name of the category"}
    for field in schema.fields:
        text = (field.title or field.description).partition(";")[0].rstrip(".")
        unit = f" ({field.unit})" if field.unit else ""
        room = _LONGEST_LABEL - len(unit)
        short = text if len(text) <= room else f"{text[: room - 1].rsplit(' ', 1)[0]}…"
        labels[field.name] = short + unit
    return {str(name): labels.get(str(name), "") for name in table.columns}


def _stata(table: pd.DataFrame, path: Path, schema: TableSchema, labels: dict[str, str]) -> None:
    texts = table.select_dtypes(include=["object", "string"]).columns
    table.assign(**{name: table[name].fillna("") for name in texts}).to_stata(
        path,
        write_index=False,
        version=118,
        time_stamp=datetime.fromisoformat(DATE),
        data_label=schema.title[:_LONGEST_LABEL],
        variable_labels=labels,
    )


def _spss(table: pd.DataFrame, path: Path, schema: TableSchema, labels: dict[str, str]) -> None:
    import pyreadstat  # only this format needs it

    coded, values = table, {}
    for name in table.select_dtypes(include="category").columns:
        codes = table[name].cat.codes
        coded = coded.assign(**{name: codes.where(codes >= 0).astype("float64") + 1})
        values[name] = {float(n): text for n, text in enumerate(table[name].cat.categories, 1)}
    pyreadstat.write_sav(
        coded,
        str(path),
        file_label=schema.title,
        column_labels=list(labels.values()),
        variable_value_labels=values,
        variable_format=dict.fromkeys([*values, *coded.select_dtypes("integer").columns], "F8.0"),
        variable_measure=dict.fromkeys(values, "nominal"),
    )


def _parquet(table: pd.DataFrame, path: Path, schema: TableSchema, labels: dict[str, str]) -> None:
    import fastparquet

    described = {
        "title": schema.title,
        "description": schema.description,
        "variable_labels": json.dumps(labels),
        "source": RATINGS_CITATION,
    }
    fastparquet.write(str(path), _as_text(table), custom_metadata=described, write_index=False)


def _excel(table: pd.DataFrame, path: Path, schema: TableSchema, labels: dict[str, str]) -> None:
    described = pd.DataFrame({"column": list(labels), "label": list(labels.values())})
    options = {"options": {"strings_to_formulas": False, "strings_to_urls": False}}
    with pd.ExcelWriter(path, engine="xlsxwriter", engine_kwargs=options) as book:
        _as_text(table).to_excel(book, sheet_name=schema.name, index=False, freeze_panes=(1, 0))
        described.to_excel(book, sheet_name="columns", index=False)
        book.book.set_properties({"title": schema.title, "created": datetime.fromisoformat(DATE)})


def _as_text(table: pd.DataFrame) -> pd.DataFrame:
    return table.astype(dict.fromkeys(table.select_dtypes(include="category").columns, "str"))


# R's own serialisation (R Internals 1.8): a header, then items, each a word that says what it is
# and its contents, numbers with the high byte first.
_SYMBOL, _PAIRS, _CHARACTERS, _INTEGERS, _REALS, _STRINGS, _LIST = 1, 2, 9, 13, 14, 16, 19
_OBJECT, _ATTRIBUTES, _TAG, _UTF8 = 1 << 8, 1 << 9, 1 << 10, 1 << 15
_END: Final = struct.pack(">i", 254)
_NO_INTEGER: Final = -(2**31)
_NO_NUMBER: Final = 0x7FF00000000007A2
"""The NaN that R takes for a value that is not known."""


def _r(table: pd.DataFrame, path: Path, _schema: TableSchema, labels: dict[str, str]) -> None:
    """Write the file of a data frame; categories are factors. The same table, the same bytes."""
    columns = [_r_column(table[name], label) for name, label in labels.items()]
    attributes = {
        "names": _r_strings(table.columns),
        "row.names": _r_vector(_INTEGERS, 2, struct.pack(">2i", _NO_INTEGER, -len(table))),
        "class": _r_strings(["data.frame"]),
    }
    frame = _r_vector(_LIST, len(columns), b"".join(columns), attributes)
    header = b"X\n" + struct.pack(">3i", 2, 0x40000, 0x20300)
    path.write_bytes(gzip.compress(header + frame, mtime=0))


def _r_column(values: pd.Series, label: str) -> bytes:
    said = {"label": _r_strings([label])}
    n = len(values)
    if isinstance(values.dtype, pd.CategoricalDtype):
        places = values.cat.codes.to_numpy("int32")
        codes = np.where(places < 0, _NO_INTEGER, places + 1)
        said |= {"levels": _r_strings(values.cat.categories), "class": _r_strings(["factor"])}
        return _r_vector(_INTEGERS, n, codes.astype(">i4").tobytes(), said)
    if not pd.api.types.is_numeric_dtype(values):
        return _r_vector(_STRINGS, n, b"".join(map(_r_text, values)), said)
    numbers = values.to_numpy("float64", na_value=np.nan)
    if pd.api.types.is_integer_dtype(values) and not np.isnan(numbers).any():
        return _r_vector(_INTEGERS, n, numbers.astype(">i4").tobytes(), said)
    bits = np.where(np.isnan(numbers), _NO_NUMBER, numbers.view("int64"))
    return _r_vector(_REALS, n, bits.astype(">i8").tobytes(), said)


def _r_vector(
    kind: int, length: int, content: bytes, attributes: Mapping[str, bytes] | None = None
) -> bytes:
    """Return an item with its attributes, which end with a mark."""
    said = attributes or {}
    kind |= (_ATTRIBUTES if said else 0) | (_OBJECT if "class" in said else 0)
    head = struct.pack(">2i", _PAIRS | _TAG, _SYMBOL)
    pairs = b"".join(head + _r_text(name) + value for name, value in said.items())
    return struct.pack(">2i", kind, length) + content + pairs + (_END if said else b"")


def _r_strings(texts: Iterable[object]) -> bytes:
    several = list(map(_r_text, texts))
    return _r_vector(_STRINGS, len(several), b"".join(several))


def _r_text(text: object) -> bytes:
    if text is None or text != text:
        return struct.pack(">2i", _CHARACTERS, -1)
    coded = str(text).encode()
    return struct.pack(">2i", _CHARACTERS | _UTF8, len(coded)) + coded


FORMATS: Final[dict[str, Callable[[pd.DataFrame, Path, TableSchema, dict[str, str]], None]]] = {
    "dta": _stata,
    "sav": _spss,
    "parquet": _parquet,
    "rds": _r,
    "xlsx": _excel,
}
"""Writers by the ending of their files."""
