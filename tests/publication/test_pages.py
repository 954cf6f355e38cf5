"""The validation's pictures and tables on the documentation's pages."""

import csv
import re
from pathlib import Path

import pytest

from analysis.publication import pages
from analysis.validation.check import TO_BE_KNOWN

PROCESSED = Path(__file__).parents[2] / "data" / "processed"


@pytest.mark.parametrize(
    ("required", "bounds"),
    [
        ("0.93 to 0.975", (0.93, 0.975)),
        ("-0.1 to 0.1", (-0.1, 0.1)),
        ("at least 0.6", (0.6, float("inf"))),
        ("at most 0.08", (float("-inf"), 0.08)),
        (TO_BE_KNOWN, (float("-inf"), float("inf"))),
    ],
)
def test_a_requirement_has_its_bounds(required, bounds):
    assert pages.limits(required) == bounds


@pytest.mark.parametrize("part", ["trajectories", "correlations"])
def test_every_stored_requirement_can_be_read_and_is_met(part):
    with (PROCESSED / f"validation_{part}.csv").open(newline="") as file:
        stored = list(csv.DictReader(file))
    for row in stored:
        low, high = pages.limits(row["required"])
        assert low < high
        assert low <= float(row["measured"]) <= high, row


def test_the_caption_counts_only_what_is_required():
    with (PROCESSED / "validation_trajectories.csv").open(newline="") as file:
        stored = [row for row in csv.DictReader(file) if row["metric"].startswith("power")]
    required = [row for row in stored if row["required"] != TO_BE_KNOWN]
    assert len(required) < len(stored)
    [picture] = re.findall(r'<figure .*"Trajectories, power: .*</figure>', pages.pictures())
    met = sum(row["passed"] == "True" for row in required)
    assert f"{met} of {len(required)} figures meet it.</figcaption>" in picture


def test_pictures_stand_in_the_page_whose_typeface_their_labels_were_measured_in():
    made = pages.pictures().split("\n\n")
    assert len(made) == 6
    for picture in made:
        assert picture.startswith('<figure tabindex="0"><svg ') and 'role="img"' in picture
