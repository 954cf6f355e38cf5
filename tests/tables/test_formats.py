"""Each exported format, read back by its own reader: the same values, with their labels."""

import gzip
import json
import shutil
import subprocess

import fastparquet
import numpy as np
import pandas as pd
import pyreadr
import pyreadstat
import pytest

from analysis import cli
from analysis.facts.errors import ParameterError
from analysis.facts.rating_system import CATEGORIES
from analysis.tables.formats import FORMATS, write_tables
from analysis.tables.stored import read_processed


def same(read, name):
    """Compare a table that was read back with the stored one, missing text being empty or none."""
    stored = read_processed(name)
    assert list(read.columns[: len(stored.columns)]) == list(stored.columns)
    for column in stored.columns:
        if pd.api.types.is_numeric_dtype(stored[column]):
            np.testing.assert_array_equal(read[column].astype(float), stored[column].astype(float))
        else:
            texts = read[column].astype(object)
            assert texts.where(texts.notna(), "").tolist() == stored[column].fillna("").tolist()
    return True


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    folder = tmp_path_factory.mktemp("export")
    for format_ in FORMATS:
        names = [path.name for path in write_tables(format_, folder)]
        assert names == [f"panel.{format_}", f"scores.{format_}"]
    assert len(list(folder.iterdir())) == 2 * len(FORMATS)
    return folder


@pytest.mark.parametrize("name", ["panel", "scores"])
def test_stata_reads_values_and_labels(written, name):
    with pd.read_stata(written / f"{name}.dta", iterator=True) as file:
        assert same(file.read(), name)
        labels = file.variable_labels()
        values = file.value_labels()
    assert labels["iso3"].startswith("ISO 3166")
    assert not any(label.endswith("…") for label in labels.values())
    if name == "panel":
        assert "points" in labels["rating"]
        assert labels["category"] == "Code of the category"
        assert list(values["category_name"].values()) == list(CATEGORIES.values())
    else:
        assert values["regime_class"][0] == "Consolidated Democracy"


@pytest.mark.parametrize("name", ["panel", "scores"])
def test_spss_reads_values_and_labels(written, name):
    table, meta = pyreadstat.read_sav(str(written / f"{name}.sav"), apply_value_formats=True)
    assert same(table, name)
    assert meta.column_names_to_labels["edition"]
    # SPSS shows what has no format of its own with two decimals: 2005.00.
    assert meta.original_variable_types["edition"] == meta.original_variable_types["country"]
    assert meta.original_variable_types["edition"].endswith(".0")
    assert meta.variable_measure["country"] == "nominal"
    if name == "panel":
        assert meta.variable_value_labels["status"][1.0] == "printed"


@pytest.mark.parametrize("name", ["panel", "scores"])
def test_parquet_reads_values_and_labels(written, name):
    file = fastparquet.ParquetFile(str(written / f"{name}.parquet"))
    assert same(file.to_pandas(), name)
    labels = json.loads(file.key_value_metadata["variable_labels"])
    assert labels["country"]
    assert "Freedom House" in file.key_value_metadata["source"]


@pytest.mark.parametrize("name", ["panel", "scores"])
def test_r_reads_values_and_labels(written, name):
    path = written / f"{name}.rds"
    assert same(pyreadr.read_r(str(path))[None], name)
    # pyreadr passes over the labels; R itself, where it is there, shows them.
    assert b"Year in the title of the report (year)" in gzip.decompress(path.read_bytes())
    if rscript := shutil.which("Rscript"):
        asked = (
            f"t <- readRDS('{path}'); cat(attr(t$edition, 'label'), sapply(t, class), sep='|');"
            "for (v in names(t)) stopifnot(attr(t[[v]], 'label') != '', nrow(table(t[[v]])) > 0)"
        )
        said = subprocess.run([rscript, "-e", asked], capture_output=True, text=True, check=True)
        assert said.stdout.startswith("Year in the title of the report (year)|factor|character|int")


@pytest.mark.parametrize("name", ["panel", "scores"])
def test_excel_reads_typed_values_and_a_sheet_of_labels(written, name):
    sheets = pd.read_excel(
        written / f"{name}.xlsx", sheet_name=None, engine="calamine", dtype=object
    )
    assert same(sheets[name], name)
    assert sheets["columns"]["column"].tolist() == sheets[name].columns.tolist()


@pytest.mark.parametrize("format_", FORMATS)
def test_wide_has_a_row_a_country_and_edition(tmp_path, format_):
    [path] = write_tables(format_, tmp_path, wide=True)
    assert path.name == f"country_editions.{format_}"
    readers = {
        "dta": lambda: pd.read_stata(path),
        "sav": lambda: pyreadstat.read_sav(str(path), apply_value_formats=True)[0],
        "parquet": lambda: fastparquet.ParquetFile(str(path)).to_pandas(),
        "rds": lambda: pyreadr.read_r(str(path))[None],
        "xlsx": lambda: pd.read_excel(path, engine="calamine", dtype=object),
    }
    assert same(readers[format_](), "country_editions")


def test_stata_files_are_the_same_bytes(tmp_path):
    [first, _], [second, _] = (write_tables("dta", tmp_path / name) for name in "ab")
    assert first.read_bytes() == second.read_bytes()


def test_the_command_names_its_files_and_refuses_other_formats(tmp_path, capsys):
    assert cli.run(["export", "--format", "dta", "--output", str(tmp_path)]) == 0
    assert capsys.readouterr().out.split() == [
        str(tmp_path / name) for name in ("panel.dta", "scores.dta")
    ]
    with pytest.raises(ParameterError, match="unknown format 'stata'; the formats are dta, sav"):
        write_tables("stata", tmp_path / "none")
    assert not (tmp_path / "none").exists()
