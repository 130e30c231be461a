"""memwizard's own commands in processes of their own: for a bounded time, with bounded output."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import Sequence
from dataclasses import dataclass

MOST_BYTES = 2_000_000
"""What a command may print."""


@dataclass(frozen=True, slots=True)
class ChildAnswer:
    """What it printed, and its exit code. `cut`: why it was ended; empty where it ended by itself."""

    code: int
    out: str
    err: str
    cut: str = ""


async def run(arguments: Sequence[str], text: str, seconds: float, most: int = MOST_BYTES) -> ChildAnswer:
    """`memwizard ARGUMENTS` with a text on stdin. It is ended after `seconds`, or where it prints more than `most`.

    Cancelled, it takes the process with it.
    """
    child = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "wizard", *arguments),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        start_new_session=True,
        env={**os.environ, "NO_COLOR": "1", "PYTHONUTF8": "1"},
    )
    assert child.stdin is not None
    assert child.stdout is not None
    assert child.stderr is not None
    parts = _give(child.stdin, text), _take(child.stdout, most), _take(child.stderr, most), child.wait()
    tasks: list[asyncio.Task[str | int | None]] = [asyncio.ensure_future(part) for part in parts]
    try:
        done, late = await asyncio.wait(tasks, timeout=seconds, return_when=asyncio.FIRST_EXCEPTION)
    finally:
        _kill(child)  # before anything is awaited: who takes the call back may cut each further wait short
        for task in tasks:
            task.cancel()
        await _reap(child, tasks)
    if any(not one.cancelled() and isinstance(one.exception(), _TooMuchError) for one in done):
        return ChildAnswer(-1, "", "", f"it printed more than {most:,} bytes and was ended: ask for less")
    if late:
        return ChildAnswer(-1, "", "", f"it took more than {seconds:g} seconds and was ended")
    _, out, err, code = (task.result() for task in tasks)
    return ChildAnswer(int(code or 0), str(out), str(err))


class _TooMuchError(Exception):
    pass


async def _give(stream: asyncio.StreamWriter, text: str) -> None:
    with contextlib.suppress(BrokenPipeError, ConnectionResetError):  # a command that reads no stdin
        stream.write(text.encode(errors="surrogatepass"))
        await stream.drain()
    stream.close()


async def _take(stream: asyncio.StreamReader, most: int) -> str:
    found = bytearray()
    while part := await stream.read(65536):
        found += part
        if len(found) > most:
            raise _TooMuchError
    return found.decode(errors="replace")


def _kill(child: asyncio.subprocess.Process) -> None:
    if child.returncode is None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)


async def _reap(child: asyncio.subprocess.Process, tasks: Sequence[asyncio.Task[str | int | None]]) -> None:
    await asyncio.wait(tasks)
    if child.returncode is None:
        for stream in (child.stdout, child.stderr):  # an end that nobody reads keeps asyncio waiting for ever
            while stream is not None and await stream.read(65536):
                pass
        await child.wait()
