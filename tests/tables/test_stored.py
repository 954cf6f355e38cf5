"""Tables as files: the same figures are the same text, and one that is not there says why."""

import csv

import pandas as pd
import pytest

from analysis.facts.errors import AnalysisError
from analysis.facts.files import project_root
from analysis.tables.schema import table_schemas
from analysis.tables.stored import read_processed, write_table

PROCESSED = project_root() / "data" / "processed"


def test_numbers_have_at_most_six_decimals_and_zero_has_no_sign(tmp_path):
    path = tmp_path / "table.csv"
    numbers = [1 / 3, -0.0, -1e-9, 2.0, float("nan"), 4.7619047619]
    write_table(pd.DataFrame({"x": numbers, "n": range(6)}), path)
    assert path.read_text().split() == [
        "x,n",
        "0.333333,0",
        "0,1",
        "0,2",
        "2,3",
        ",4",
        "4.761905,5",
    ]


def test_a_table_not_yet_built_says_what_to_run(project):
    (project / "data" / "processed" / "scores.csv").unlink()
    with pytest.raises(AnalysisError, match=r"scores\.csv does not exist: run `nit clean` first"):
        read_processed("scores")


@pytest.mark.parametrize("schema", table_schemas(), ids=lambda schema: schema.name)
def test_what_is_declared_as_text_is_read_as_it_is_written(schema):
    with (PROCESSED / f"{schema.name}.csv").open(encoding="utf-8", newline="") as file:
        written = list(csv.DictReader(file))
    read = read_processed(schema.name)
    for name in (field.name for field in schema.fields if field.type == "string"):
        assert read[name].fillna("").tolist() == [row[name] for row in written]
