"""Channel mix by segment: register, performance, score matrix."""
