"""What the brief on one country says."""
