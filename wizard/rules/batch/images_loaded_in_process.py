"""MW116."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import images, switches
from wizard.domain.finding import Finding, Fix
from wizard.domain.plan import Plan
from wizard.domain.values import number
from wizard.rules.registry import Rule, Subject, rule

_DEFAULTED = ("dataloader_pin_memory", "dataloader_prefetch_factor")


@rule("MW116", "images-loaded-in-process", "warning", fix="safe", keys=("processor_type",))
def images_loaded_in_process(self: Rule, subject: Subject) -> Iterator[Finding]:
    """Images are read and masked by the training process itself.

    What it checks
        `processor_type` with `dataloader_num_workers: 0`, or with none written beside another
        `dataloader_*` setting (Axolotl fills in its workers only where all three are absent). Not with
        `train_on_inputs`, packing, `rl` or a reward model.

    Why it matters
        The GPU waits while the next batch's images are decoded and its answers masked. Axolotl warns
        of it when training starts.

    Example
        Bad:
            processor_type: AutoProcessor
            dataloader_num_workers: 0

        Good:
            processor_type: AutoProcessor
            dataloader_num_workers: 2

    Fix
        One worker a GPU, as Axolotl sets where nothing is written. Safe: the same batches come.

    Source
        axolotl 0.19.0 core/builders/causal.py:66, utils/schemas/config.py:2217 (read)
    """
    plan = subject.plan
    elsewhere = ("sample_packing", "train_on_inputs", "reward_model", "process_reward_model")
    if not images.supervised(plan) or switches.on(plan, elsewhere):
        return
    if not _no_workers(plan):
        return
    message = "dataloader_num_workers is 0: the GPU likely waits while images are decoded and masked"
    fix = Fix({"dataloader_num_workers": subject.gpus}, "safe", f"dataloader_num_workers: {subject.gpus}")
    yield self.finding(message, "dataloader_num_workers", "processor_type", plan=plan, fix=fix)


def _no_workers(plan: Plan) -> bool:
    written = plan.get("dataloader_num_workers")
    if written is None:
        return any(plan.get(key) is not None for key in _DEFAULTED)
    return number(written, 1.0) == 0
