"""The computed parts of the documentation: figures, tables and lists that no one types by hand.

Only the site's build and its tests use this package; nothing of the analysis rests on it.
"""
