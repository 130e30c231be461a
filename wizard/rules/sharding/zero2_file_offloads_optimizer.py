"""MW636."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import deepspeed
from wizard.domain.finding import Finding
from wizard.rules.registry import Rule, Subject, rule


@rule("MW636", "zero2-file-offloads-optimizer", "hint", keys=("deepspeed",))
def zero2_file_offloads_optimizer(self: Rule, subject: Subject) -> Iterator[Finding]:
    """The ZeRO-2 file that Axolotl ships keeps the optimizer in host memory.

    What it checks
        `deepspeed` names the zero2 file (or the one for torch.compile) that Axolotl ships.

    Why it matters
        It sets `offload_optimizer.device: cpu`: Adam's states take 12 bytes of host memory for each trained
        parameter, and each step runs on the CPU. Who wants ZeRO-2 for speed gets the contrary.

    Example
        Bad:
            deepspeed: deepspeed_configs/zero2.json

        Good:
            deepspeed: deepspeed_configs/zero1.json

    Fix
        `zero1.json` where the optimizer fits, or a copy of the file without `offload_optimizer`. Where the GPU is
        too small for its states, the file is right as it is.

    Source
        deepspeed_configs/zero2.json of axolotl 0.19.0 (read)
    """
    plan, parts = subject.plan, subject.effective.sharding
    named = deepspeed.file(plan)
    if named is not None and parts.kind == "zero2" and parts.offload_optimizer:
        message = f"{named} keeps the optimizer in host memory and likely steps on the CPU, which is slow"
        yield self.finding(message, "deepspeed", plan=plan)
