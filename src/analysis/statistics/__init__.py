"""What several questions share, each thing once.

`arrays` makes every array of a panel and has the one least-squares slope, `estimates` the one
country jackknife, the one t interval over countries, the one adjustment of a family and the one
test by turned signs, `completion` and `completed_panels` the panels whose gaps are drawn,
`generator` and `generator_fit` panels with a known truth, `moments` what describes a panel. Each
takes arrays of any front dimensions, so that one panel and thousands of simulated ones are the same
call. `group_data` says which countries and editions enter.
"""
