"""Checks of whole corpora, one a file."""
