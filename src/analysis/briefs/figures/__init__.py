"""Figures from tidy frames.

Each ``*_figure`` takes a tidy frame and the finding, `title`, a sentence without full stop; it says
the words of the figure and leaves its drawing to the ``draw_*`` function beside it, which returns a
matplotlib figure. `series` is the table of that name in `analysis.tables.schema`, `possible` the
table ``possible_ratings``; ratings and scores are on ``7=best``. `window` gives the editions to
show, `narrow` says whether to draw for a phone.
"""
