"""Readers: one module a layout, each turning a file into printed cells and statements.

A reader reports what a source prints and judges nothing; which of two printed values is right is
decided in `analysis.reconciliation.cleaning`.
"""

from analysis.sources.read import read_source
from analysis.sources.reading import Reading, reading_as_csv, reading_as_json

__all__ = ["Reading", "read_source", "reading_as_csv", "reading_as_json"]
