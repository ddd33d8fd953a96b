"""Cleans a news corpus: cuts furniture, relates texts, keeps one of each copy, and reports on the rest."""
