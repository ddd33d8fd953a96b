"""Which pages cannot be on the topic, told by their bytes before anything is parsed."""

from crawler.sieve.bound import Sieve

__all__ = ["Sieve"]
