"""Memory snapshots with a planted cause, of the form that torch dumps."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

GIB, MIB = 2**30, 2**20
_SITE = "/opt/v/lib/python3.11/site-packages/"


def stack(*calls: tuple[str, str]) -> list[dict[str, Any]]:
    """Frames as torch has them: the innermost call first."""
    return [{"filename": _SITE + path, "name": name, "line": 1} for path, name in reversed(calls)]


_TRAIN = (("axolotl/train.py", "train"), ("transformers/trainer.py", "_inner_training_loop"))
LOAD = stack(("axolotl/loaders/model.py", "load"), ("transformers/modeling_utils.py", "from_pretrained"))
FORWARD = stack(
    *_TRAIN, ("transformers/trainer.py", "training_step"), ("transformers/models/llama/modeling_llama.py", "forward")
)
LOGITS = stack(
    *_TRAIN, ("transformers/trainer.py", "training_step"), ("transformers/loss/loss_utils.py", "ForCausalLMLoss")
)
BACKWARD = stack(*_TRAIN, ("transformers/trainer.py", "training_step"), ("torch/_tensor.py", "backward"))
OPTIMIZER = stack(*_TRAIN, ("accelerate/optimizer.py", "step"), ("torch/optim/adamw.py", "_init_group"))
EVALUATION = stack(
    *_TRAIN, ("transformers/trainer.py", "evaluation_loop"), ("transformers/models/llama/modeling_llama.py", "forward")
)
PLUGIN = stack(*_TRAIN, ("transformers/trainer.py", "training_step"), ("axolotl/kernels/lora.py", "apply_lora_qkv"))


@dataclass
class Recorder:
    """An allocator that keeps a trace as torch's does."""

    trace: list[dict[str, Any]] = field(default_factory=list)
    live: dict[int, tuple[int, list[dict[str, Any]]]] = field(default_factory=dict)
    reserved: int = 0
    _next: int = 1 << 40

    def alloc(self, size: int, frames: list[dict[str, Any]]) -> int:
        """A block, with a segment of its own where there is no room."""
        used = sum(held for held, _ in self.live.values())
        if used + size > self.reserved:
            self._entry("segment_alloc", self._next, size, frames)
            self.reserved += size
        address, self._next = self._next, self._next + size
        self._entry("alloc", address, size, frames)
        self.live[address] = (size, frames)
        return address

    def free(self, address: int) -> None:
        """Give it back."""
        size, frames = self.live.pop(address)
        self._entry("free_requested", address, size, frames)
        self._entry("free_completed", address, size, frames)

    def lacks(self, size: int, frames: list[dict[str, Any]]) -> None:
        """The allocator had no room."""
        self.trace.append({"action": "oom", "device_free": 100 * MIB, "size": size, "stream": 0, "frames": frames})

    def _entry(self, action: str, address: int, size: int, frames: list[dict[str, Any]]) -> None:
        self.trace.append({"action": action, "addr": address, "size": size, "stream": 0, "time_us": len(self.trace),
                           "compile_context": "N/A", "frames": frames})  # fmt: skip

    def snapshot(self) -> dict[str, Any]:
        """What `_snapshot()` gives."""
        blocks = [{"address": address, "size": size, "requested_size": size, "state": "active_allocated",
                   "frames": frames} for address, (size, frames) in self.live.items()]  # fmt: skip
        idle = self.reserved - sum(size for size, _ in self.live.values())
        blocks.append({"address": 1, "size": idle, "requested_size": 0, "state": "inactive", "frames": []})
        used = self.reserved - idle
        segment = {"device": 0, "address": 1, "total_size": self.reserved, "stream": 0, "segment_type": "large",
                   "allocated_size": used, "active_size": used, "blocks": blocks}  # fmt: skip
        return {"segments": [segment], "device_traces": [self.trace], "allocator_settings": {"max_split_size": -1},
                "external_annotations": []}  # fmt: skip

    def step(self, rows: int = 4, leak: int = 0, logits: int = GIB) -> None:
        """A training step: activations of some layers, the loss, the way back."""
        kept = [self.alloc(256 * MIB, FORWARD) for _ in range(rows)]
        loss = self.alloc(logits, LOGITS)
        self.free(loss)
        for one in reversed(kept):
            gradient = self.alloc(32 * MIB, BACKWARD)
            self.free(one)
            self.free(gradient)
        if leak:
            self.alloc(leak, PLUGIN)


def planted(cause: str) -> dict[str, Any]:
    """A snapshot of a run that died of this."""
    run = Recorder()
    for _ in range(16):
        run.alloc(256 * MIB, LOAD)
    if cause == "first_optimizer_step":
        run.step()
        for _ in range(20):
            run.alloc(128 * MIB, OPTIMIZER)
        run.lacks(128 * MIB, OPTIMIZER)
        return run.snapshot()
    for _ in range(4):
        run.alloc(128 * MIB, OPTIMIZER)
    for _ in range(10):
        run.step(leak=200 * MIB if cause == "leak" else 0)
    if cause == "leak":
        run.lacks(4 * GIB, FORWARD)
    elif cause == "evaluation":
        for _ in range(12):
            run.alloc(512 * MIB, EVALUATION)
        run.lacks(512 * MIB, EVALUATION)
    elif cause == "fragmentation":
        run.reserved += 6 * GIB
        run.trace.append({"action": "segment_alloc", "addr": 7, "size": 6 * GIB, "stream": 0, "frames": FORWARD})
        run.lacks(GIB, FORWARD)
    elif cause == "too_big":
        run.alloc(256 * MIB, FORWARD)
        run.alloc(9 * GIB, LOGITS)
        run.lacks(9 * GIB, LOGITS)
    return run.snapshot()
