"""The methods measured on simulated panels whose truth is known."""
