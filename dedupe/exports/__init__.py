"""A corpus that passed the gate, in the forms that other programs read."""

from dedupe.exports.write import export_corpus

__all__ = ["export_corpus"]
