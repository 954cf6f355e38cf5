"""What the brief that compares countries says."""
