"""Conformance suites for parts, and generators; imported by no other room."""
