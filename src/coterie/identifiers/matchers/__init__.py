"""One file a namespace: how its values are made one, and how far it may be trusted."""
