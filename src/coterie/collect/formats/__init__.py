"""What a file is: container, compression, encoding, layout; and the file made ready to be read."""
