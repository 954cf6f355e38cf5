"""Which categories moved together: between countries, within them, and in their changes."""
