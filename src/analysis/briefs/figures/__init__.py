"""Figures from tidy frames."""
