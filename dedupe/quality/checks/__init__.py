"""Checks of single documents, one a file."""
