"""A clock that is set back in mid-crawl."""

from __future__ import annotations

import subprocess
import sys

SET_BACK = """
import sys
from twisted.internet.base import ReactorBase
wall = [1_000_000.0]
ReactorBase.seconds = staticmethod(lambda: wall[0])
from twisted.internet.asyncioreactor import install
install()
from twisted.internet import reactor
from crawler.steady_clock import use_steady_clock
if sys.argv[1] == "steady":
    use_steady_clock()
reactor.callLater(0, lambda: (print("called"), reactor.stop()))
wall[0] -= 86400
reactor._asyncioEventloop.call_later(0.5, reactor._asyncioEventloop.stop)
reactor.run()
"""


def test_a_call_that_is_due_comes_though_the_clock_was_set_back():
    """With Twisted's own clock it would come a day later: a host, and the crawl, would wait as long."""
    said = {
        clock: subprocess.run(
            [sys.executable, "-c", SET_BACK, clock], capture_output=True, text=True, check=True, timeout=60
        ).stdout
        for clock in ("steady", "wall")
    }

    assert said == {"steady": "called\n", "wall": ""}
