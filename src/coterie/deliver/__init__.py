"""A message leaves, a receipt returns: channels, providers, outbox."""
