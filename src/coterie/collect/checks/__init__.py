"""How good the facts are, by source and column."""
