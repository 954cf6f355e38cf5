"""What the brief on a region says."""
