"""What the tables of coverage are made of, a file for each part of the house."""
