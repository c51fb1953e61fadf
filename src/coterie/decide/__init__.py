"""Who gets what, or nothing: campaigns, assignment, holdouts, caps."""
