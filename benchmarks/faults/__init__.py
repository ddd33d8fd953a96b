"""Attacks and failures, tried on the whole: each family gives rows of what was expected and what was seen."""
