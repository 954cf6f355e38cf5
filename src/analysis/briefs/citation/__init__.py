"""How to cite: the project, and exactly the sources that a brief uses."""
