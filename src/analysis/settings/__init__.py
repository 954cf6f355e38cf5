"""What a user may edit: groups, corrections, declared choices, parameters of notebooks."""
