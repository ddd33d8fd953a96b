"""Finds the story's lines in plain text, in any language, without markup, and across a site's documents."""

from dedupe.boilerplate.cutting import cut_boilerplate

__all__ = ["cut_boilerplate"]
