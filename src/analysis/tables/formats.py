"""Stored tables as files for Stata, SPSS, R, Excel and whatever reads Parquet, with their labels.

Labels of variables and values come from ``schema.yml``. Each format is written by the library that
reads it back; nothing is computed here.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Final

import pandas as pd

from analysis import DATE, RATINGS_CITATION
from analysis.facts.errors import ParameterError, did_you_mean
from analysis.facts.rating_system import CATEGORIES
from analysis.tables.rds import data_frame
from analysis.tables.schema import TableSchema, table_schema
from analysis.tables.stored import read_processed

LONG: Final = ("panel", "scores")
WIDE: Final = ("country_editions",)
_LONGEST_LABEL: Final = 80
"""Characters that Stata keeps of a label."""


def write_tables(format_: str, folder: Path, *, wide: bool = False) -> list[Path]:
    """Write the ratings and scores, or one row a country and edition, in a format.

    Parameters
    ----------
    format_
        A key of `FORMATS`.
    folder
        Where the files go; made where it is not there.
    wide
        One row a country and edition instead of one a rating.

    Returns
    -------
    list of pathlib.Path
        The files, named after their tables.

    Raises
    ------
    ParameterError
        If there is no such format.
    """
    if format_ not in FORMATS:
        hint = did_you_mean(format_, list(FORMATS))
        known = ", ".join(FORMATS)
        raise ParameterError(f"unknown format {format_!r}{hint}; the formats are {known}")
    tables = [table_schema(name) for name in (WIDE if wide else LONG)]
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder) as made:
        for schema in tables:
            path = Path(made) / f"{schema.name}.{format_}"
            FORMATS[format_](labelled(read_processed(schema.name), schema), path, schema)
        return [path.replace(folder / path.name) for path in sorted(Path(made).iterdir())]


def labelled(table: pd.DataFrame, schema: TableSchema) -> pd.DataFrame:
    """Return `table` with columns of a few declared values as categories in their order."""
    values = {
        field.name: list(field.constraints["enum"])
        for field in schema.fields
        if field.type == "string" and "enum" in field.constraints
    }
    for name, found in values.items():
        table = table.assign(**{name: pd.Categorical(table[name], found)})
    if "category" in values:
        table = table.assign(category_name=table["category"].cat.rename_categories(CATEGORIES))
    return table


def variable_labels(table: pd.DataFrame, schema: TableSchema) -> dict[str, str]:
    """Return column -> label with its unit, as long as Stata keeps it."""
    labels = {"category_name": "Name of the category"}
    for field in schema.fields:
        text = (field.title or field.description).partition(";")[0].rstrip(".")
        unit = f" ({field.unit})" if field.unit else ""
        room = _LONGEST_LABEL - len(unit)
        short = text if len(text) <= room else f"{text[: room - 1].rsplit(' ', 1)[0]}…"
        labels[field.name] = short + unit
    return {str(name): labels.get(str(name), "") for name in table.columns}


def _stata(table: pd.DataFrame, path: Path, schema: TableSchema) -> None:
    texts = table.select_dtypes(include=["object", "string"]).columns
    table.assign(**{name: table[name].fillna("") for name in texts}).to_stata(
        path,
        write_index=False,
        version=118,
        time_stamp=datetime.fromisoformat(DATE),
        data_label=schema.title[:_LONGEST_LABEL],
        variable_labels=variable_labels(table, schema),
    )


def _spss(table: pd.DataFrame, path: Path, schema: TableSchema) -> None:
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
        column_labels=list(variable_labels(table, schema).values()),
        variable_value_labels=values,
    )


def _parquet(table: pd.DataFrame, path: Path, schema: TableSchema) -> None:
    import fastparquet

    described = {
        "title": schema.title,
        "description": schema.description,
        "variable_labels": json.dumps(variable_labels(table, schema)),
        "source": RATINGS_CITATION,
    }
    fastparquet.write(str(path), _as_text(table), custom_metadata=described, write_index=False)


def _r(table: pd.DataFrame, path: Path, schema: TableSchema) -> None:
    path.write_bytes(data_frame(table, variable_labels(table, schema)))


def _excel(table: pd.DataFrame, path: Path, schema: TableSchema) -> None:
    labels = variable_labels(table, schema)
    described = pd.DataFrame({"column": list(labels), "label": list(labels.values())})
    options = {"options": {"strings_to_formulas": False, "strings_to_urls": False}}
    with pd.ExcelWriter(path, engine="xlsxwriter", engine_kwargs=options) as book:
        _as_text(table).to_excel(book, sheet_name=schema.name, index=False, freeze_panes=(1, 0))
        described.to_excel(book, sheet_name="columns", index=False)
        book.book.set_properties({"title": schema.title, "created": datetime.fromisoformat(DATE)})


def _as_text(table: pd.DataFrame) -> pd.DataFrame:
    names = table.select_dtypes(include="category").columns
    return table.astype(dict.fromkeys(names, "str")) if len(names) else table


FORMATS: Final[dict[str, Callable[[pd.DataFrame, Path, TableSchema], None]]] = {
    "dta": _stata,
    "sav": _spss,
    "parquet": _parquet,
    "rds": _r,
    "xlsx": _excel,
}
"""Writers by the ending of their files."""
