"""A command in a process of its own: its answer, and its bounds."""

from __future__ import annotations

import asyncio
import os
from contextlib import suppress

from wizard.world.child import run


async def test_what_it_prints() -> None:
    done = await run(["explain", "--json", "--", "MW102"], "", 60)
    assert (done.code, done.cut) == (0, "")
    assert done.out.startswith('{"code": "MW102"')
    read = await run(["check", "--format=json", "-"], "base_model: x\nlearning_rate: 1\n", 60)
    assert '"config":"-"' in read.out
    assert (await run(["nothing"], "", 60)).code == 2


async def test_it_ends_in_time() -> None:
    done = await run(["check", "--watch", "."], "", 1.5)
    assert "more than 1.5 seconds" in done.cut
    assert done.out == ""


async def test_it_prints_no_more_than_it_may() -> None:
    done = await run(["schema"], "", 60, most=10_000)
    assert "more than 10,000 bytes" in done.cut


async def test_cancelled_it_takes_the_process_with_it() -> None:
    before = _children()
    task = asyncio.create_task(run(["check", "--watch", "."], "", 60))
    while not (begun := _children() - before):
        await asyncio.sleep(0.01)
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
    assert not begun & _children()


def _children() -> set[int]:
    """The processes that this one has."""
    found = set()
    for name in filter(str.isdigit, os.listdir("/proc")):
        with suppress(OSError), open(f"/proc/{name}/stat", encoding="utf-8") as file:
            if int(file.read().rpartition(")")[2].split()[1]) == os.getpid():
                found.add(int(name))
    return found
