"""What we may do with whom: consent, suppression, audit."""
