"""How ratings moved: descriptions that are facts, and models that hold for sticky ratings."""
