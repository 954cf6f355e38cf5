"""Panels with a known truth, to validate the estimators.

`generator` draws panels of sticky quarter-point ratings, `moments` describes a panel by the
figures in which ratings differ from textbook series, `fit` chooses the generator's settings so
that both agree, and `calibration` compares an observed figure with panels that lack the feature.
"""
