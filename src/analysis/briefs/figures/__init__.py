"""Figures of the stories of briefs.

Each ``*_figure`` says the words of a figure, its finding as `title`, a sentence without full stop;
the ``draw_*`` function beside it returns it as a matplotlib figure, for a phone if `narrow`.
"""
