"""Which addresses a WARC gives, as JSON, with what the reader warned of: `python -m benchmarks.faults._read_warc FILE`."""

from __future__ import annotations

import json
import logging
import sys
from pathlib import Path

from crawler.warc import read_responses

if __name__ == "__main__":
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr)
    print(json.dumps([response.url for _, response in read_responses(Path(sys.argv[1]))]))
