"""Figures, tables and sentences of a brief; each figure knows its caption and its alt text."""
