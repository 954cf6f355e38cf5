"""How ratings move: levels, drift, trends, episodes, breaks, changes, transitions, usual moves.

Public functions take a tidy table - those that carry over to another panel, the names of its
columns too - and return estimates or tables that say on how many countries, editions and
observations they rest. Where a method does not hold, the result is a refusal with its reason.
"""
