"""A country report or a score page -> printed cells."""
