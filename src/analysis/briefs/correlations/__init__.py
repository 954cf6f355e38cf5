"""What notebook 3 and the briefs say of associations."""
