"""A Redis of its own for a test: on loopback, on a free port, with nothing on disk."""

from __future__ import annotations

import shutil
import socket
import subprocess
import tempfile
from typing import Any

import pytest

from tests.crawler.news_web import wait_until

BINARY = shutil.which("redis-server") or shutil.which("valkey-server")

needs_redis = pytest.mark.skipif(BINARY is None, reason="no redis-server here: apt install redis-server")


class RedisServer:
    """Starts with the block, ends with it; `kill` and `start` make one that forgot everything."""

    def __init__(self) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port: int = free.getsockname()[1]
        self.url = f"redis://127.0.0.1:{self.port}/0"

    def __enter__(self) -> RedisServer:
        self._folder = tempfile.TemporaryDirectory()
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.client.close()
        self.kill()
        self._folder.cleanup()

    def start(self) -> None:
        assert BINARY is not None
        line = [BINARY, "--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
        self._process = subprocess.Popen([*line, "--dir", self._folder.name], stdout=subprocess.DEVNULL)
        self.client = self._connected()
        wait_until(self._answers)

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()

    def _connected(self) -> Any:
        from redis import Redis

        return Redis(port=self.port)

    def _answers(self) -> bool:
        from redis.exceptions import RedisError

        try:
            return bool(self.client.ping())
        except RedisError:
            return False
