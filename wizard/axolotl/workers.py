"""The processes that read the data beside a training: `dataloader_num_workers`."""

from __future__ import annotations

from wizard.domain.plan import Plan
from wizard.domain.values import integer

_OPTIONS = ("dataloader_num_workers", "dataloader_pin_memory", "dataloader_prefetch_factor")


def loader_workers(plan: Plan, processes: int) -> int:
    """How many each process of a training starts: as written; where no option of the loader is, one for each process.

    Source: axolotl 0.21.0 utils/schemas/config.py, `default_dataloader_opts` (`n_gpu` is WORLD_SIZE, or 1).
    """
    if all(plan.get(name) is None for name in _OPTIONS):
        return max(1, processes)
    return integer(plan.get("dataloader_num_workers"), 0)
