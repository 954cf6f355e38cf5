"""The real figures, read and reconciled once for all tests of this folder."""

import pytest

from analysis.facts.files import raw_folder
from analysis.reconciliation.cleaning import reconcile
from analysis.settings.corrections import read_corrections
from analysis.sources.own_csv import read_own_csv


@pytest.fixture(scope="session")
def printed():
    """Return what the sources print."""
    return read_own_csv(raw_folder())


@pytest.fixture(scope="session")
def corrections():
    """Return the declared corrections."""
    return read_corrections(raw_folder() / "corrections.yml")


@pytest.fixture(scope="session")
def real(printed, corrections):
    """Return the real panel with all that stands behind it."""
    return reconcile(printed, corrections)
