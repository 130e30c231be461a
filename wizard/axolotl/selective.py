"""What `selective_checkpointing` keeps, as the estimate needs it.

Source: axolotl 0.20.0 and 0.21.0 monkeypatch/selective_checkpointing.py and utils/schemas/training.py; 0.19 lacks it.
"""

from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatchcase

from wizard.axolotl import checkpointing
from wizard.domain.plan import Plan
from wizard.domain.values import flag, integer
from wizard.domain.version import Version
from wizard.knowledge.axolotl.versions import of_plan

_SINCE = Version(0, 20)


@dataclass(frozen=True, slots=True)
class Saves:
    """`attention`: its kernels' outputs, also of layers with a window where `windows` says so. `products`: every
    matrix product; else those inside of `modules`, and those that add up `least_k` values or more (0: none by that).
    `away`: all of it waits in host memory.
    """

    attention: bool
    windows: bool
    products: bool
    modules: tuple[str, ...]
    least_k: int
    away: bool

    def of_module(self, path: str) -> bool:
        """Whether a module's product is kept for its name: that of an entry, or inside of one."""
        parts = path.replace("*", "0").split(".")
        paths = [".".join(parts[:end]) for end in range(1, len(parts) + 1)]
        return any(_names(entry, one) for entry in self.modules for one in paths)


def _names(entry: str, path: str) -> bool:
    if any(sign in entry for sign in "*?["):
        return fnmatchcase(path, entry)
    return path == entry or path.endswith(f".{entry}")


def saves(plan: Plan) -> Saves | None:
    """What is kept; None where everything is computed again, or checkpointing is off."""
    listed = checkpointing.selective_checkpointing(plan)
    if listed is None or of_plan(plan) < _SINCE or not checkpointing.gradient_checkpointing(plan):
        return None
    block = checkpointing.selective_block(plan)
    return Saves(
        attention="attention" in listed,
        windows=flag(block.get("save_sliding_window")),
        products=any("mm" in entry for entry in listed),
        modules=checkpointing.saved_modules(plan),
        least_k=integer(block.get("save_matmul_min_k"), 0),
        away=flag(block.get("offload")),
    )
