"""A peer that speaks nonsense, or hangs up: the servers end, and say nothing on stdout that is no message."""

from __future__ import annotations

import subprocess
import sys

import pytest

NONSENSE = [b"", b"hello\n", b"Content-Length: 5\r\n\r\n{bad}", b"Content-Length: 99999\r\n\r\n{}", b'{"jsonrpc": 1}\n']


@pytest.mark.parametrize("server", ["lsp", "mcp"])
@pytest.mark.parametrize("said", NONSENSE, ids=range(len(NONSENSE)))
def test_a_peer_that_hangs_up_ends_the_server(server: str, said: bytes) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "wizard", server], input=said, capture_output=True, timeout=60, check=False
    )
    assert done.returncode in (0, 1)
    for line in done.stdout.splitlines():
        assert not line or line.startswith((b"Content-", b"{")), line
