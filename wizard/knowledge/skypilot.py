"""What SkyPilot calls the GPUs of the catalogue."""

from __future__ import annotations

from wizard.knowledge.gpus import gpus
from wizard.knowledge.load import toml


def accelerators(name: str) -> tuple[str, ...]:
    """SkyPilot's names of a GPU of the catalogue; none where it has none."""
    return tuple(toml("skypilot")["accelerators"].get(name, ()))


def that_hold(need_bytes: int) -> tuple[str, ...]:
    """SkyPilot's names of the NVIDIA GPUs with bf16 and FlashAttention-2 that have more than this, smallest first."""
    rows = [gpus()[name] for name in toml("skypilot")["accelerators"]]
    found = [
        row
        for row in rows
        if row.vendor == "nvidia" and (row.compute_capability or (0, 0)) >= (8, 0) and row.cuda_bytes > need_bytes
    ]
    found.sort(key=lambda row: row.memory_bytes)
    return tuple(dict.fromkeys(name for row in found for name in accelerators(row.name)))
