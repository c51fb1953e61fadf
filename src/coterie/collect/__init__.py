"""Facts come in: formats, mappings, quality, quarantine."""
