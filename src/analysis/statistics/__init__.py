"""What several questions share: arrays, estimates, multiplicity, simulated panels."""
