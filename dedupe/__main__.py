"""`python -m dedupe` is `dedupe`."""

from dedupe.cli import main

raise SystemExit(main())
