"""One business's workspace: the composition root that hands every room what it needs."""
