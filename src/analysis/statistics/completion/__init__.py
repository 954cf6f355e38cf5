"""Completed panels: every rating that is not known drawn so that all printed facts hold.

`step_model` says how ratings move from one edition to the next, `cycles` draws what a country's
facts leave open, `panels` makes and reads the stored table of draws, `pooling` takes a statistic
over completed panels.
"""
