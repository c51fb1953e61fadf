"""People gain traits: given, computed, lifecycle."""
