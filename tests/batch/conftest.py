"""A project of small notebooks, for tests of how a batch goes."""

import pytest

from .small_notebooks import put_small_project


@pytest.fixture
def small(project):
    return put_small_project(project)
