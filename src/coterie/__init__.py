"""Coterie: customers' records in; segments, decisions, messages and measured effects out."""
