"""A peer that speaks nonsense, or hangs up: the servers end, and say nothing on stdout that is no message."""

from __future__ import annotations

import json
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


def test_a_message_that_is_none_is_told_in_a_line() -> None:
    begin: dict[str, object] = {"processId": None, "rootUri": None, "capabilities": {}}
    messages: list[dict[str, object]] = [
        {"jsonrpc": "2.0", "id": 0, "method": "initialize", "params": begin},
        {"jsonrpc": "2.0", "method": "textDocument/didChange", "params": {"x\x1b[31m": 1}},
        {"jsonrpc": "2.0", "id": 1, "method": "textDocument/hover", "params": {"position": "nowhere"}},
        {"jsonrpc": "2.0", "id": 2, "method": "shutdown"},
        {"jsonrpc": "2.0", "method": "exit"},
    ]
    said = b"".join(
        b"Content-Length: %d\r\n\r\n%s" % (len(one), one) for one in (json.dumps(m).encode() for m in messages)
    )
    done = subprocess.run([sys.executable, "-m", "wizard", "lsp"], input=said, capture_output=True, check=False)
    assert done.returncode == 0
    lines = done.stderr.decode().splitlines()
    assert lines
    assert all(line.startswith("memwizard: ") and line.isprintable() for line in lines)
