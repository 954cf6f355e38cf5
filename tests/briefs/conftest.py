"""The stored tables are read, and the series of scores made, once for hundreds of stories."""

from functools import cache

import pytest

from analysis.briefs.country import story as country_story
from analysis.briefs.region import story as region_story
from analysis.statistics import group_data as groups
from analysis.tables import stored
from analysis.tables.stored import score_series

_read_once = cache(stored.read_processed)


@cache
def _series_once():
    return score_series(_read_once("country_editions"))


@pytest.fixture(autouse=True)
def _tables_read_once(monkeypatch):
    for module in (country_story, groups, region_story):
        monkeypatch.setattr(module, "read_processed", _read_once)
    for module in (country_story, groups):
        monkeypatch.setattr(module, "score_series", lambda *_: _series_once())
