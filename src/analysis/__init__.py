"""Analysis of Freedom House's *Nations in Transit* ratings.

The rooms follow the way the data flows, and none imports one that stands later: ``facts`` ->
``settings`` -> ``sources`` -> ``reconciliation`` -> ``tables`` -> ``statistics`` ->
``trajectories``, ``correlations`` -> ``validation`` -> ``briefs`` -> ``export`` -> ``batch`` ->
``publication`` -> ``cli``.
"""

from analysis.facts.release import VERSION

__version__ = VERSION
