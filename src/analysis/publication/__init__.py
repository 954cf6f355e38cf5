"""What leaves the house: a deposit, and the computed parts of the documentation."""
