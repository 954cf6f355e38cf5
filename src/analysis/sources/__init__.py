"""Readers: one module a layout, each turning a file into printed cells and statements.

A reader reports what a source prints and judges nothing; which of two printed values is right is
decided in `analysis.panel`.
"""
