"""The servers, and peers that hang up in a call, take one back, or send more than anybody reads."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.lsp.editor import CONFIG

_WAIT = 60.0
_BEGIN: dict[str, dict[str, Any]] = {
    "lsp": {"processId": None, "rootUri": None, "capabilities": {}, "initializationOptions": {"gpu": "24GiB"}},
    "mcp": {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "x", "version": "1"}},
}
_BEGUN = {"lsp": "initialized", "mcp": "notifications/initialized"}
_URI = "file:///nowhere/my.yml"


class Peer:
    """Whoever talks with a server, message by message."""

    def __init__(self, kind: str, server: subprocess.Popen[bytes]) -> None:
        self.kind, self.server = kind, server

    def send(self, method: str, params: Any, number: int | None = None) -> None:
        """A request, or without a number a notification."""
        message = {"jsonrpc": "2.0", "method": method, "params": params}
        content = json.dumps(message if number is None else {**message, "id": number}).encode()
        self.raw(b"Content-Length: %d\r\n\r\n%s" % (len(content), content) if self.kind == "lsp" else content + b"\n")

    def raw(self, content: bytes) -> None:
        """Bytes, whatever they are."""
        assert self.server.stdin is not None
        self.server.stdin.write(content)
        self.server.stdin.flush()

    def answer(self, number: int) -> dict[str, Any]:
        """The answer with this number; those before it are passed over."""
        while (found := self._next()).get("id") != number:
            pass
        return found

    def _next(self) -> dict[str, Any]:
        assert self.server.stdout is not None
        line = self.server.stdout.readline()
        assert line, "it has ended"
        if self.kind == "lsp":
            size = int(line.partition(b":")[2])
            while self.server.stdout.readline().strip():
                pass
            line = self.server.stdout.read(size)
        found: dict[str, Any] = json.loads(line)
        return found

    def children(self) -> list[int]:
        """The commands that the server has started, once they are commands."""
        found: list[int] = []
        for task in Path(f"/proc/{self.server.pid}/task").iterdir():
            with contextlib.suppress(OSError):
                found += map(int, (task / "children").read_text(encoding="utf-8").split())
        return [one for one in found if b"\0fit\0" in Path(f"/proc/{one}/cmdline").read_bytes()]

    def stopped_call(self) -> int:
        """The process of a call that will never come to its end."""
        self.send("tools/call", {"name": "fit", "arguments": {"model": "Qwen/Qwen3-8B", "gpu": "rtx-4090"}}, 7)
        wait_for(self.children)
        (child,) = self.children()
        os.kill(child, signal.SIGSTOP)
        return child

    def close(self) -> int:
        """Hang up; the server's exit code."""
        assert self.server.stdin is not None
        self.server.stdin.close()
        return self.server.wait(_WAIT)


def wait_for(holds: Any) -> None:
    """Raise where it never holds."""
    end = time.monotonic() + _WAIT
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.02)


def gone(process: int) -> bool:
    """Whether a process is no more, or only its parent has not heard of it."""
    try:
        return Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True


@contextlib.contextmanager
def peer(kind: str) -> Iterator[Peer]:
    """A server, with which a conversation has begun."""
    with subprocess.Popen(
        [sys.executable, "-m", "wizard", kind],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
    ) as server:  # fmt: skip
        made = Peer(kind, server)
        try:
            made.send("initialize", _BEGIN[kind], 0)
            made.answer(0)
            made.send(_BEGUN[kind], {})
            yield made
        finally:
            server.kill()


def opened(text: str) -> dict[str, Any]:
    """What an editor says of a file that it opens."""
    return {"textDocument": {"uri": _URI, "languageId": "yaml", "version": 0, "text": text}}


def asked() -> dict[str, Any]:
    """What an editor asks of a place."""
    return {"textDocument": {"uri": _URI}, "position": {"line": 0, "character": 2}}


def test_an_agent_that_hangs_up_in_a_call_leaves_nothing_running() -> None:
    with peer("mcp") as agent:
        child = agent.stopped_call()
        assert agent.close() == 0
        wait_for(lambda: gone(child))


def test_a_call_that_is_taken_back_ends_and_others_go_on() -> None:
    with peer("mcp") as agent:
        child = agent.stopped_call()
        agent.send("notifications/cancelled", {"requestId": 7, "reason": "changed my mind"})
        wait_for(lambda: gone(child))
        agent.send("notifications/cancelled", {"requestId": 99})
        agent.send("tools/call", {"name": "explain", "arguments": {"code": "MW102"}}, 8)
        assert agent.answer(8)["result"]["structuredContent"]["exit_code"] == 0
        assert agent.close() == 0


def test_a_request_of_an_editor_that_is_taken_back_is_no_end() -> None:
    with peer("lsp") as editor:
        editor.send("textDocument/didOpen", opened(CONFIG))
        editor.send("textDocument/hover", asked(), 1)
        for number in (1, 99, "none"):
            editor.send("$/cancelRequest", {"id": number})
        editor.send("textDocument/hover", asked(), 2)
        assert "base_model" in editor.answer(2)["result"]["contents"]["value"]


def test_a_text_without_end_is_left_alone() -> None:
    with peer("lsp") as editor:
        editor.send("textDocument/didOpen", opened(CONFIG + "# long\n" * 3_000_000))
        editor.send("textDocument/hover", asked(), 1)
        assert editor.answer(1)["result"] is None
        editor.send("textDocument/didChange", {**opened(""), "contentChanges": [{"text": CONFIG}]})
        editor.send("textDocument/hover", asked(), 2)
        assert "base_model" in editor.answer(2)["result"]["contents"]["value"]


def test_a_value_without_end_is_refused() -> None:
    with peer("mcp") as agent:
        for number, text in enumerate((CONFIG + "# long\n" * 3_000_000, "x" * 1_000_001)):
            agent.send("tools/call", {"name": "check", "arguments": {"text": text}}, number + 1)
            answer = agent.answer(number + 1)["result"]
            assert answer["isError"]
            assert len(json.dumps(answer)) < 10_000
        agent.send("ping", {}, 9)
        assert agent.answer(9)["result"] == {}


HEADS = (
    b"Content-Length: 1000000000000\r\n\r\n", b"Content-Length: " + b"9" * 5000 + b"\r\n\r\n", b"x" * 20_000_000,
    b"[" * 100_000 + b"\n",
)  # fmt: skip


@pytest.mark.parametrize("kind", ["lsp", "mcp"])
@pytest.mark.parametrize("head", HEADS, ids=range(len(HEADS)))
def test_a_frame_without_end_ends_with_the_peer(kind: str, head: bytes) -> None:
    with peer(kind) as one:
        with contextlib.suppress(BrokenPipeError):
            one.raw(head)
        with contextlib.suppress(BrokenPipeError):
            assert one.close() in (0, 1)
