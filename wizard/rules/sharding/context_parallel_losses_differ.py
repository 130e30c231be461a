"""MW624."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl.mesh import context_parallel_size
from wizard.domain.finding import Finding
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW624",
    "context-parallel-losses-differ",
    "hint",
    keys=("context_parallel_size", "sequence_parallel_degree"),
    axolotl_until="0.19",
)
def context_parallel_losses_differ(self: Rule, subject: Subject) -> Iterator[Finding]:
    """With context parallelism the logged losses are not quite those of one GPU.

    What it checks
        `context_parallel_size` (or its old name) is above 1.

    Why it matters
        The trainer averages over the parts of a sequence, so logged losses differ a little; Axolotl warns of it.
        For the hybrid models with Mamba layers (Nemotron-H, Falcon-H1, Granite 4) it also says that the whole is
        not much tested: compare a short run with one GPU.

    Example
        Bad:
            context_parallel_size: 2
            attn_implementation: flash_attention_2

        Good:
            context_parallel_size: 1
            attn_implementation: flash_attention_2

    Fix
        Nothing to change. It is something to know when losses are compared.

    Source
        axolotl 0.19.0 utils/schemas/validation.py:1860 (read)
    """
    plan, model = subject.plan, subject.model
    if context_parallel_size(plan) < 2:
        return
    message = (
        f"context_parallel_size {context_parallel_size(plan)}: logged losses likely differ a little from one GPU's"
    )
    if model is not None and any(block.mixer == "mamba" for block in model.blocks):
        message += f", and with the Mamba layers of {model.id} it is little tested"
    yield self.finding(message, "context_parallel_size", "sequence_parallel_degree", plan=plan)
