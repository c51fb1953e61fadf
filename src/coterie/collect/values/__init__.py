"""How the text of a cell becomes a value, in SQL."""
