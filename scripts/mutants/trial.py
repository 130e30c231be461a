"""A plugin of pytest: where it would run the tests, it tries the faults."""

from __future__ import annotations

import functools
import gc
import os
import resource
import signal
import sys
import time
import traceback
import types
from collections import Counter
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from scripts.mutants.faults import Fault, with_fault
from wizard.domain.kept import Kept

ROOT = Path(__file__).parents[2]
PATIENCE = 60
"""Seconds of work; what takes more does not count as told. The machine may be busy: its waiting is not counted."""
_ASLEEP = 20 * PATIENCE
"""Seconds; what has not worked that much until then waits for what does not come."""
_SPENT = (signal.SIGXCPU, signal.SIGKILL)
_OURS = ("wizard.axolotl", "wizard.memory", "wizard.rules", "wizard.review", "wizard.fit")


class Trial:
    """Tries each fault in a copy of this process, in which all is imported and collected."""

    def __init__(self, chosen: Sequence[Fault], told: Callable[[Fault, str], None]) -> None:
        self.chosen, self.told = chosen, told
        self.steady: set[str] = set()
        self.unsteady: set[str] = set()
        self.told_by: Counter[str] = Counter()

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """In the place of pytest's own loop."""
        called = _called(session.items)
        for fault in self.chosen:
            near = [item for item, places in called if (str(ROOT / fault.file), fault.function) in places]
            near.sort(key=partial(self._far, Path(fault.file)))
            self.told(fault, self._tried(fault, near))
        return True

    def _tried(self, fault: Fault, near: list[pytest.Item]) -> str:
        """A test that fails in a copy without the fault too tells nothing, and is asked no more."""
        while near := [item for item in near if item.nodeid not in self.unsteady]:
            became, failed = _copy(fault, near)
            if failed is None:
                return became
            if failed not in self.steady:
                one = [item for item in near if item.nodeid == failed]
                (self.steady if _copy(None, one) == ("survived", None) else self.unsteady).add(failed)
            if failed in self.steady:
                self.told_by[failed] += 1
                return became
        return "no test"

    def _far(self, file: Path, item: pytest.Item) -> tuple[bool, int, bool, bool]:
        """How soon a test is asked: first those that are named like the file, or are about the rule that is in it;
        then those that told of other faults.
        """
        asked_of = getattr(getattr(item, "callspec", None), "params", {}).values()
        named = {str(getattr(one, "name", "")).replace("-", "_") for one in asked_of}
        return (
            file.stem not in item.nodeid and file.stem not in named,
            -self.told_by[item.nodeid],
            file.parts[1] not in item.nodeid,
            "properties" in item.nodeid,
        )


def _copy(fault: Fault | None, near: list[pytest.Item]) -> tuple[str, str | None]:
    """What becomes of a copy of this process with that fault, and the test that failed in it."""
    hears, tells = os.pipe()
    child = os.fork()
    if not child:
        try:
            os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
            resource.setrlimit(resource.RLIMIT_CPU, (PATIENCE, PATIENCE))
            if fault is None:
                _forget()
            else:
                put_in(fault)
            os.write(tells, (_first_failure(near) or "").encode())
            os._exit(0)
        except BaseException:
            os.write(2, traceback.format_exc().encode())
        finally:
            os._exit(1)
    os.close(tells)
    end = time.monotonic() + _ASLEEP
    while not (ended := os.waitpid(child, os.WNOHANG))[0] and time.monotonic() < end:
        time.sleep(0.02)
    if not ended[0]:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    with open(hears, encoding="utf-8") as words:
        failed = words.read()
    if not ended[0] or (os.WIFSIGNALED(ended[1]) and os.WTERMSIG(ended[1]) in _SPENT):
        return "too slow", None
    return ("not tried", None) if ended[1] else ("killed", failed) if failed else ("survived", None)


def _called(items: Sequence[pytest.Item]) -> list[tuple[pytest.Item, set[tuple[str, int]]]]:
    """Which functions each test calls, by file and first line, told by a run of each; those that fail are left out."""
    monitoring: Any = getattr(sys, "monitoring")  # noqa: B009  # Python 3.12 has it
    places: set[tuple[str, int]] = set()

    def begun(code: types.CodeType, _: int) -> object:
        places.add((code.co_filename, code.co_firstlineno))
        return monitoring.DISABLE

    monitoring.use_tool_id(monitoring.PROFILER_ID, "mutants")
    monitoring.register_callback(monitoring.PROFILER_ID, monitoring.events.PY_START, begun)
    monitoring.set_events(monitoring.PROFILER_ID, monitoring.events.PY_START)
    found = []
    for item in items:
        places.clear()
        _forget()
        monitoring.restart_events()
        if not _first_failure([item]):
            found.append((item, {one for one in places if one[0].startswith(str(ROOT / "wizard"))}))
    monitoring.set_events(monitoring.PROFILER_ID, 0)
    return found


def _forget() -> None:
    """What functions keep of what they once answered, but for what is read from files."""
    for one in _keepers(len(sys.modules)):
        if isinstance(one, Kept):
            one.clear()
        else:
            one.cache_clear()


@functools.lru_cache(maxsize=1)
def _keepers(modules: int) -> tuple[Any, ...]:
    """All that keeps answers. To look for it takes longer than most tests, and modules alone make more of it."""
    gc.unfreeze()  # a command that was tested may have hidden from it all that there was
    return tuple(
        one
        for one in gc.get_objects()
        if isinstance(one, Kept)
        or (isinstance(one, functools._lru_cache_wrapper) and str(one.__module__).startswith(_OURS))
    )


def put_in(fault: Fault) -> None:
    """Give the function its changed body, whoever holds it, and forget what it said before."""
    path = str(ROOT / fault.file)
    tree = with_fault(Path(path).read_text(encoding="utf-8"), fault.place)
    changed = _code(compile(tree, path, "exec"), fault)
    gc.unfreeze()
    found = [
        one
        for one in gc.get_objects()
        if isinstance(one, types.FunctionType)
        and one.__code__.co_filename == path
        and (one.__code__.co_firstlineno, one.__code__.co_name) == (fault.function, fault.name)
    ]
    assert found, f"{fault.file}:{fault.function} {fault.name} is not there"
    for one in found:
        one.__code__ = changed
    _forget()


def _code(code: types.CodeType, fault: Fault) -> types.CodeType:
    inner = [one for one in code.co_consts if isinstance(one, types.CodeType)]
    for one in inner:
        if (one.co_firstlineno, one.co_name) == (fault.function, fault.name):
            return one
    for one in inner:
        try:
            return _code(one, fault)
        except LookupError:
            continue
    raise LookupError(fault.name)


def _first_failure(near: list[pytest.Item]) -> str | None:
    """The first test that fails; the others are not run."""
    failed: list[str] = []

    class Heard:
        def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
            if report.failed:
                failed.append(report.nodeid)

    heard = near[0].config.pluginmanager
    heard.register(ear := Heard())
    try:
        for item in near:
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=None)
            if failed:
                return failed[0]
    finally:
        heard.unregister(ear)
    return None
