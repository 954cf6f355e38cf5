"""Analysis of Freedom House's *Nations in Transit* ratings.

The rooms follow the way the data flows, and none imports one that stands later: ``facts`` ->
``sources`` -> ``settings`` -> ``reconciliation`` -> ``tables`` -> ``statistics`` ->
``trajectories``, ``correlations`` -> ``validation`` -> ``briefs`` -> ``export`` -> ``batch`` ->
``publication`` -> ``cli``.
"""
