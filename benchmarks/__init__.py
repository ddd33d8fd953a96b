"""Measures what the project promises, beside the best of the field: `python -m benchmarks --help`."""
