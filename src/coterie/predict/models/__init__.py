"""One file a model of buying."""
