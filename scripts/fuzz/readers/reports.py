"""What runs leave: logs, memory snapshots, receipts; and what a driver says."""

from __future__ import annotations

import gzip
import json
import pickle
from functools import cache
from random import Random
from typing import Any

from scripts.fuzz.case import Case
from scripts.fuzz.hostile import NUMBERS, as_json, broken, changed, text
from scripts.fuzz.readers.configs import ROOT, texts
from wizard.world import recorded

_PIECES = (
    b"Traceback (most recent call last):\n", b'  File "/x/transformers/trainer.py", line 1, in training_step\n',
    b"torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 2.00 GiB. GPU 0 has a total capacity of 23.64 GiB of"
    b" which 1.10 GiB is free.\n", b"\r", b" 12%|#2        | 3/25 [00:01<00:09]", b"[rank3]: ", b"Killed\n", b"exitcode  : -9\n",
    b"{'loss': 1.2, 'memory/max_active (GiB)': '1e999', 'epoch': 0.1}\n", b"RuntimeError: DataLoader worker is killed\n",
    b"No space left on device\n", b"Starting trainer...\n", b"--config my.yml\n", b"accelerate launch my.yml\n",
)  # fmt: skip
_FRAMES = [{"filename": "/x/transformers/trainer.py", "name": "training_step", "line": 1}]
_SNAPSHOT: dict[str, Any] = {
    "segments": [{"address": 1, "total_size": 2**30, "allocated_size": 2**29, "active_size": 2**29, "stream": 0,
                  "segment_type": "large", "blocks": [{"address": 1, "size": 2**29, "state": "active_allocated",
                                                       "frames": _FRAMES}]}],
    "device_traces": [[{"action": "segment_alloc", "addr": 1, "size": 2**30, "frames": _FRAMES},
                       {"action": "alloc", "addr": 1, "size": 2**29, "frames": _FRAMES},
                       {"action": "free_requested", "addr": 1, "size": 2**29, "frames": []},
                       {"action": "oom", "device_free": 5, "size": 2**31, "frames": _FRAMES}]],
}  # fmt: skip
_RECEIPT: dict[str, Any] = {
    "begun": "2026-11-29T10:14:03Z", "digest": "a" * 12, "memwizard": "1", "axolotl": "0.21", "torch": "2.9", "machine": "rtx-4090",
    "method": "qlora", "loss": "sft", "model": "Qwen/Qwen3-0.6B", "forecast_bytes": [1, 2, 3], "allocated_bytes": 2, "steps": 9,
    "phases": [{"name": "load", "seconds": 1.0, "gpu_bytes": 5, "host_bytes": 6}], "exit_code": 0, "code": 0,
}  # fmt: skip


@cache
def _logs() -> tuple[bytes, ...]:
    return tuple(path.read_bytes()[-4_000:] for path in sorted((ROOT / "tests" / "doctor" / "real").glob("*.log")))


def log(dice: Random) -> Case:
    """What a run printed, with pieces that are no such thing."""
    if dice.random() < 0.5 and _logs():
        content = broken(dice, dice.choice(_logs()))
    else:
        made = [
            dice.choice(_PIECES) if dice.random() < 0.7 else text(dice).encode(errors="surrogatepass")
            for _ in range(40)
        ]
        content = b"".join(made[: dice.randint(0, 40)])
    content = gzip.compress(content)[: dice.choice((5, 30, 10**6))] if dice.random() < 0.1 else content
    call = dice.choice((("doctor", "train.log", "--json"), ("doctor", "train.log"),
                        ("doctor", "train.log", "--config", "my.yml", "--diff")))  # fmt: skip
    json_asked = "--json" in call
    files = {"train.log": content, "my.yml": dice.choice(texts())}
    return Case(call, files, terminal=not json_asked and dice.random() < 0.3)


def snapshot(dice: Random) -> Case:
    """A pickle, which is read without Python's unpickler."""
    found = changed(dice, _SNAPSHOT, dice.randint(0, 3))
    content = pickle.dumps(found, protocol=dice.choice((2, 3, 4, 5)))
    content = broken(dice, content) if dice.random() < 0.6 else content
    json_asked = dice.random() < 0.5
    call = ("doctor", "snapshot.pickle", *(["--json"] if json_asked else []))
    return Case(call, {"snapshot.pickle": content}, terminal=not json_asked)


def receipts(dice: Random) -> Case:
    """The history of runs, which others may have written into."""
    lines = [
        as_json(dice, _RECEIPT) if dice.random() < 0.7 else json.dumps(_RECEIPT).encode()
        for _ in range(dice.randint(0, 6))
    ]
    content = b"\n".join(lines) + dice.choice((b"\n", b"", b"\0"))
    call = dice.choice((("history",), ("history", "show", "--json"), ("history", "export"), ("history", "delete", text(dice)),
                        ("estimate", "my.yml", "--gpu", "rtx-4090", "--json")))  # fmt: skip
    files = {"home/.local/share/memwizard/history.jsonl": content, "my.yml": dice.choice(texts())}
    return Case(call if "\0" not in call[-1] else call[:1], files, terminal=dice.random() < 0.5)


def machine(dice: Random) -> Case:
    """What NVML answered, in the form that its process passes on: the kinds of values hold, nothing else does."""
    row = dice.choice(sorted(recorded.names()))
    answers = json.loads(json.dumps(recorded._rows()[row]["answers"]))
    for answer in answers:
        _odd(dice, answer)
    content = b"\n".join(json.dumps(one).encode() for one in answers)
    content = broken(dice, content, 1) if dice.random() < 0.2 else content
    environment = {
        "CUDA_VISIBLE_DEVICES": dice.choice(("0", "", "1,0", "GPU-", "MIG-", "9" * 30, "0,0", "\u202e", "-1"))
    }
    call = dice.choice((("probe", "--json"), ("probe",), ("estimate", "my.yml", "--json"), ("check", "my.yml")))
    return Case(
        call, {"answers.jsonl": content, "my.yml": dice.choice(texts())},
        terminal="--json" not in call, environment=environment if dice.random() < 0.3 else {},
    )  # fmt: skip


def _odd(dice: Random, found: Any) -> None:
    for key, inner in found.items() if isinstance(found, dict) else enumerate(found):
        if isinstance(inner, (dict, list)) and key != "capability":
            _odd(dice, inner)
        elif dice.random() < 0.15 and key not in ("index", "failed", "code"):
            whole = [one for one in NUMBERS if isinstance(one, int) and 0 <= one < 2**64]
            found[key] = text(dice) if isinstance(inner, str) else dice.choice(whole) if type(inner) is int else inner
