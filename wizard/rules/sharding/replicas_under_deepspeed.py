"""MW661."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import deepspeed, mesh
from wizard.domain.finding import Finding, Fix
from wizard.domain.plan import REMOVE
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW661",
    "replicas-under-deepspeed",
    "error",
    fix="safe",
    keys=("dp_replicate_size",),
    crashes=("must equal world_size / context_parallel_size",),
    axolotl_since="0.21",
)
def replicas_under_deepspeed(self: Rule, subject: Subject) -> Iterator[Finding]:
    """`dp_replicate_size` that does not go with DeepSpeed's GPUs.

    What it checks
        With DeepSpeed, context parallelism and `dp_replicate_size` above 1, on a machine with several GPUs: it must be
        their number over `context_parallel_size`.

    Why it matters
        Under DeepSpeed ZeRO divides the weights, so all that context parallelism leaves are replicas. Axolotl stops
        when the process groups are made.

    Example
        Bad on 8xa100-80gb:
            deepspeed: deepspeed_configs/zero1.json
            context_parallel_size: 2
            dp_replicate_size: 2

        Good on 8xa100-80gb:
            deepspeed: deepspeed_configs/zero1.json
            context_parallel_size: 2
            dp_replicate_size: 4

    Fix
        Leave `dp_replicate_size` out: Axolotl takes what is left.

    Source
        axolotl 0.21.0 utils/distributed.py:404-412 (read)
    """
    plan, machine = subject.plan, subject.machine
    context, replicas = mesh.context_parallel_size(plan), mesh.dp_replicate_size(plan)
    if machine is None or not deepspeed.deepspeed(plan) or context <= 1 or replicas <= 1:
        return
    left = machine.count // context
    if 1 < left != replicas:
        message = (
            f"dp_replicate_size {replicas}, where DeepSpeed has {machine.count} GPUs over {context} = {left}: it stops"
        )
        fix = Fix({"dp_replicate_size": REMOVE}, "safe", "no dp_replicate_size")
        yield self.finding(message, "dp_replicate_size", "context_parallel_size", plan=plan, fix=fix)
