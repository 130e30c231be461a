"""`python -m scripts.watched PYTHON [NAME...]`: PYTHON has Axolotl and torch's CPU build.

Each way to end is run once, in half a minute to two; what came of it goes into tests/cli/record/watched-VERSION.jsonl.
"""

from __future__ import annotations

import argparse
import contextlib
import fcntl
import json
import os
import pty
import re
import struct
import subprocess
import sys
import tempfile
import termios
import time
from pathlib import Path

import yaml

from scripts.deaths.cases import BASE
from scripts.watched.ways import ENDINGS, Ending, Pids
from wizard.world.keeper import MARK, marked

ROOT = Path(__file__).parents[2]
RECORD = ROOT / "tests" / "cli" / "record"
_QUIET = {
    "CUDA_VISIBLE_DEVICES": "", "AXOLOTL_DO_NOT_TRACK": "1", "HF_HUB_OFFLINE": "1", "TRANSFORMERS_OFFLINE": "1",
    "WANDB_MODE": "disabled", "OMP_NUM_THREADS": "1", "TERM": "xterm", "MEMWIZARD_HUB": "0",
}  # fmt: skip
_SECONDS = 240.0
_SHELL = '"$@"; code=$?; sleep 45; exit $code'
_AT = re.compile(rb"'loss'")
"""Axolotl's line of a step: at the second, the training is on its way."""


def main() -> None:
    """Run the ways that are named, or all, and keep what came of them."""
    reader = argparse.ArgumentParser(prog="python -m scripts.watched")
    reader.add_argument("python")
    reader.add_argument("names", nargs="*")
    asked = reader.parse_args()
    record, rows = RECORD / f"watched-{_version(Path(asked.python))}.jsonl", {}
    if record.exists():
        rows = {row["name"]: row for row in map(json.loads, record.read_text(encoding="utf-8").splitlines())}
    with tempfile.TemporaryDirectory(prefix="watched-") as folder:
        subprocess.run([asked.python, "-m", "scripts.deaths.beside", folder], cwd=ROOT, check=True, capture_output=True)
        for ending in ENDINGS:
            if not asked.names or ending.name in asked.names:
                rows[ending.name] = _ended(ending, Path(folder), Path(asked.python))
                sys.stdout.write(json.dumps(rows[ending.name]) + "\n")
                sys.stdout.flush()
                lines = [json.dumps(rows[one.name]) + "\n" for one in ENDINGS if one.name in rows]
                record.write_text("".join(lines), encoding="utf-8")


def _ended(ending: Ending, folder: Path, python: Path) -> dict[str, object]:
    """A row: exit code, seconds from the event to the end, processes that are left, and what was kept."""
    values = {**BASE, "sequence_len": 512, "micro_batch_size": 1, "eval_steps": 3, "save_steps": 3, **ending.changes}
    out = folder / f"out-{ending.name}"
    values |= {"output_dir": str(out), "dataset_prepared_path": str(folder / "prepared")}
    config = folder / f"{ending.name}.yml"
    config.write_text(yaml.safe_dump(values, sort_keys=False), encoding="utf-8")
    data = folder / f"data-{ending.name}"
    environment = {
        **os.environ, **_QUIET, "PYTHONPATH": str(ROOT), "VIRTUAL_ENV": str(python.parent.parent),
        "XDG_DATA_HOME": str(data),
    }  # fmt: skip
    pid, master = pty.fork()
    if pid == 0:
        os.chdir(folder)
        if ending.size is not None:
            fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", *ending.size, 0, 0))
        words = [sys.executable, "-m", "wizard", "run", config.name, *ending.options]
        if ending.shell:
            os.execve("/bin/sh", ["sh", "-c", _SHELL, "sh", *words], environment)
        os.execve(sys.executable, words, environment)
    text, acted, mark = _watched(ending, pid, master)
    code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    while mark and marked(mark) and time.monotonic() - acted < _SECONDS:
        time.sleep(0.1)
    os.close(master)
    return {
        "name": ending.name, "axolotl": _version(python), "exit_code": code, "left": len(marked(mark)) if mark else 0,
        "model_saved": (out / "model.safetensors").exists(), "checkpoints": len([*out.glob("checkpoint-*")]),
        "half_written": len([*out.rglob("*.tmp")]), "receipt": _receipt(data), "said": _said(text),
    }  # fmt: skip


def _watched(ending: Ending, pid: int, master: int) -> tuple[bytes, float, str]:
    """All that a terminal showed, when the event was, and the mark of the run."""
    text, acted, mark = b"", 0.0, ""
    begun = time.monotonic()
    while time.monotonic() - begun < _SECONDS:
        try:
            piece = os.read(master, 65536)
        except OSError:  # the other side is closed
            break
        if not piece:
            break
        text += piece
        own = (_children(pid) or [pid])[0] if ending.shell else pid
        mark = mark or _mark(own)
        if not acted and len(_AT.findall(text)) >= 2:
            acted = time.monotonic()
            if ending.keys:
                os.write(master, ending.keys)
            if ending.does is not None:
                keeper = next(one for one in _children(own) if MARK in _environ(one))
                ending.does(Pids(own, keeper, _children(keeper)[0]))
    return text, acted or time.monotonic(), mark


def _mark(pid: int) -> str:
    return next((found[MARK] for one in _children(pid) if MARK in (found := _environ(one))), "")


def _children(pid: int) -> list[int]:
    with contextlib.suppress(OSError):
        return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="utf-8").split()]
    return []


def _environ(pid: int) -> dict[str, str]:
    with contextlib.suppress(OSError):
        raw = Path(f"/proc/{pid}/environ").read_bytes().decode(errors="replace")
        return dict(one.split("=", 1) for one in raw.split("\0") if "=" in one)
    return {}


def _version(python: Path) -> str | None:
    from wizard.world.programs import beside

    return beside(str(python), "axolotl")


def _receipt(data: Path) -> dict[str, object] | None:
    """What of a receipt is the same on every machine."""
    path = data / "memwizard" / "history.jsonl"
    if not path.exists():
        return None
    row = json.loads(path.read_text(encoding="utf-8").splitlines()[-1])
    return {"steps": row["steps"], "exit_code": row["exit_code"], "phases": [one["name"] for one in row["phases"]]}


def _said(text: bytes) -> list[str]:
    """memwizard's last words, without figures of this machine."""
    shown = re.sub(r"\x1b[78DM]|\x1b\[[0-9;]*[A-Za-z]", "\n", text.decode(errors="replace"))
    return [line.strip() for line in re.findall(r"memwizard: ((?:it ended|yes|no:|not shown).*)", shown)]


if __name__ == "__main__":
    main()
