"""Runs one input, in this process or in one of its own, and tells what is wrong with the answer."""

from __future__ import annotations

import contextlib
import functools
import io
import json
import os
import re
import resource
import shutil
import subprocess
import sys
import time
import traceback
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from unittest import mock

from scripts.fuzz.case import Case

SECONDS = 10.0
"""Of processor time that an input may take: many times what one under 1 MB takes."""
GREW = 400 << 10
"""KiB that the process may have grown by one input."""
CODES = (0, 1, 2, 130)
_STEERS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")
_OURS = re.compile(r"\x1b\[[0-9;]*m|\r(?:\x1b\[K|reading )")
"""Colour, and a line of progress that is drawn again: what a terminal is sent by us."""
_FRAME = re.compile(rb"Content-Length: (\d+)\r\n(?:Content-Type: [^\r]*\r\n)?\r\n")


@dataclass(frozen=True)
class Answer:
    """How a call ended. `grown`: KiB; `seconds` of processor time; `error`: the traceback of what came through."""

    code: int
    out: bytes
    err: bytes
    seconds: float = 0.0
    grown: int = 0
    error: str = ""


class _Stream(io.TextIOWrapper):
    """A stream of a process, be it a terminal or not."""

    def __init__(self, content: bytes = b"", *, terminal: bool = False) -> None:
        super().__init__(io.BytesIO(content), encoding="utf-8", newline="\n", write_through=True)
        self.terminal = terminal

    def isatty(self) -> bool:
        """Whether it says that it is a terminal."""
        return self.terminal

    def content(self) -> bytes:
        """All that was written."""
        self.flush()
        found = self.buffer
        assert isinstance(found, io.BytesIO)
        return found.getvalue()


def put(case: Case, folder: Path) -> dict[str, str]:
    """The case's files in an empty folder, with a link, a folder and a pipe that any call may meet; its environment."""
    for name, content in case.files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    (folder / "home").mkdir(exist_ok=True)
    (folder / "folder").mkdir(exist_ok=True)
    (folder / "loop").symlink_to("loop")
    os.mkfifo(folder / "fifo")
    kept = {
        name: value for name, value in os.environ.items() if name in ("PATH", "PYTHONPATH", "LD_LIBRARY_PATH", "LANG")
    }
    return {
        **kept,
        "HOME": str(folder / "home"),
        "HF_HUB_OFFLINE": "1",
        "MEMWIZARD_AXOLOTL": "newest",
        **case.environment,
    }


def here(case: Case, folder: Path) -> Answer:
    """The answer in this process, whose folder, environment and streams are others meanwhile."""
    from wizard.cli import main
    from wizard.world import probe

    environment, before = put(case, folder), os.getcwd()
    source, out, err = _Stream(case.stdin), _Stream(terminal=case.terminal), _Stream(terminal=case.terminal)
    size, begun, error = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.process_time(), ""
    answers = ["cat", "answers.jsonl"] if "answers.jsonl" in case.files else None
    told = functools.partial(probe.probe, command=answers)
    os.chdir(folder)
    try:
        with (
            mock.patch.dict(os.environ, environment, clear=True), mock.patch.object(probe, "probe", told),
            mock.patch.multiple(sys, stdin=source, stdout=out, stderr=err),
        ):  # fmt: skip
            code = _called(main, list(case.arguments))
    except BaseException:
        code, error = 99, traceback.format_exc()
    finally:
        os.chdir(before)
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - size
    said = [b"" if one.closed else one.content() for one in (out, err)]
    return Answer(code, said[0], said[1], time.process_time() - begun, grown, error)


def _called(main: object, arguments: list[str]) -> int:
    try:
        main(arguments)  # type: ignore[operator]
    except SystemExit as left:
        return left.code if isinstance(left.code, int) else 99
    return 0


def apart(case: Case, folder: Path, seconds: float = 120.0) -> Answer:
    """The answer of a process of its own, whose stdout is a pipe."""
    environment = put(case, folder)
    root = str(Path(__file__).parents[2])
    environment["PYTHONPATH"] = os.pathsep.join(filter(None, (root, environment.get("PYTHONPATH"))))
    arguments = [one.encode(errors="surrogateescape") for one in case.arguments]
    done = subprocess.run(
        [sys.executable, "-m", "wizard", *arguments],
        input=case.stdin, capture_output=True, cwd=folder, env=environment, timeout=seconds, check=False,
    )  # fmt: skip
    said = done.stderr.decode(errors="replace")
    error = said if "Traceback (most recent call last)" in said else ""
    return Answer(done.returncode, done.stdout, done.stderr, error=error)


@contextlib.contextmanager
def emptied(folder: Path) -> Iterator[Path]:
    """A folder for one input, gone afterwards."""
    folder.mkdir(parents=True)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def faults(case: Case, answer: Answer) -> list[str]:
    """What is wrong with an answer, each in one line; nothing where all is as promised."""
    found = []
    if answer.error:
        found.append(f"traceback: {_last(answer.error)}")
    elif answer.code not in CODES:
        found.append(f"exit code {answer.code}: {answer.err[-300:]!r}")
    if answer.seconds > SECONDS:
        found.append(f"slow: {answer.seconds:.1f} s")
    if answer.grown > GREW:
        found.append(f"memory: {answer.grown >> 10} MiB")
    for name, said in (("stdout", answer.out), ("stderr", answer.err)):
        text = said.decode(errors="replace")
        if name == "stdout" and (case.arguments[:1] in (("lsp",), ("mcp",)) or (case.copies and not case.terminal)):
            continue
        steers = _STEERS.search(_OURS.sub("", text) if case.terminal else text)
        if steers is not None:
            found.append(
                f"control character {steers[0]!r} on {name}: {text[max(0, steers.start() - 60) : steers.end() + 60]!r}"
            )
    try:
        _messages(case, answer.out)
    except ValueError as error:
        found.append(f"not JSON: {error}: {answer.out[:200]!r}")
    return found


def _messages(case: Case, out: bytes) -> None:
    """Raise ValueError where stdout is not what was asked for."""
    if case.one_json:
        json.loads(out or b"{}")
    elif case.json_lines:
        for line in out.decode().split("\n"):
            if line:
                json.loads(line, parse_constant=_no_constant)
    elif case.arguments[:1] == ("lsp",):
        while out:
            head = _FRAME.match(out)
            if head is None:
                raise ValueError(f"no message begins with {out[:80]!r}")
            end = head.end() + int(head[1])
            json.loads(out[head.end() : end])
            out = out[end:]


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is no JSON")


def _last(error: str) -> str:
    lines = [line.strip() for line in error.strip().splitlines()]
    ours = [line for line in lines if line.startswith('File "') and "/wizard/" in line]
    return f"{lines[-1][:200]} ({ours[-1] if ours else lines[-2]})"
