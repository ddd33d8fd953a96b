"""What reading a page needs, loaded once: the fork server imports this before it forks the first worker."""

from __future__ import annotations

import os

# A worker reads one page at a time; numpy's own threads would only stand about, and fork badly.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import py3langid

import crawler.warc_ranges
import crawler.worker  # noqa: F401

py3langid.classify("")  # loads its model, which takes a second
