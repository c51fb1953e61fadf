"""Rows into the warehouse: staged, judged, given to people, written in one transaction."""
