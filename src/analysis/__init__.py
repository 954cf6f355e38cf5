"""Analysis of Freedom House's *Nations in Transit* ratings.

The packages follow the way the data flows, and none imports one that stands later:
``sources`` -> ``panel`` -> ``trajectories``, ``correlations`` -> ``presentation`` -> ``export``
-> ``batch`` -> ``cli``.
"""
