"""The steps of journeys, one a file."""
