"""Rules become sets of people; discovery, quality, personas."""
