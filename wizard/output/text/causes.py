"""What a run can die of, in words."""

from __future__ import annotations

TITLES = {
    "load": "out of memory while loading",
    "too_big": "out of GPU memory: too big",
    "longest_row": "out of GPU memory: a longer batch",
    "first_optimizer_step": "out of GPU memory: the optimizer's states",
    "evaluation": "out of GPU memory in the evaluation",
    "save": "out of GPU memory while saving",
    "generation": "out of GPU memory while generating",
    "fragmentation": "out of GPU memory: fragmentation",
    "other_process": "out of GPU memory: another process holds it",
    "leak": "out of GPU memory: a leak",
    "host_memory": "out of host memory",
    "disk": "the disk was full",
    "not_memory": "not of memory",
    "unknown": "unknown",
}
"""Each cause as a heading."""
