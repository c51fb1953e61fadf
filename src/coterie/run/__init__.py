"""The loop: what has to happen, in which order, with progress."""
