"""Conformance suites for parts, and generators; imported by no other room.

One suite for each kind of part: ``readers``, ``matchers``, ``parts`` (measures and
operators), ``clusterers``, ``models``, ``channels``, ``providers``, ``estimators``,
``sections``, ``engines``. Each is a function (for providers a tuple of them) that takes a
part and what real things look like to it, and raises ``AssertionError`` naming the part
and the promise that it breaks. ``bases`` and ``smtp_sink`` are what suites run on.
"""
