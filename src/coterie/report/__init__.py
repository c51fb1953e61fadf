"""One page that says what was found."""
