"""What notebook 2 says."""
