"""MW664."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import batch, mesh, packing
from wizard.domain.finding import Finding, Fix
from wizard.rules.registry import Rule, Subject, rule

_BALANCED = ("head_tail", "distflash")


@rule(
    "MW664",
    "balanced-context-of-packed-rows",
    "error",
    fix="safe",
    keys=("context_parallel",),
    crashes=("Multi-row packed CP requires load_balance",),
    axolotl_since="0.20",
)
def balanced_context_of_packed_rows(self: Rule, subject: Subject) -> Iterator[Finding]:
    """Several packed rows with a balanced context parallelism.

    What it checks
        `sample_packing` or `batch_flattening`, `micro_batch_size` above 1, context parallelism, and
        `context_parallel.load_balance` other than auto and none.

    Why it matters
        The balanced divisions take one packed row. Axolotl stops when its plugin sets the model up: "Multi-row packed
        CP requires load_balance: none or auto".

    Example
        Bad on 2xh100-80gb:
            sample_packing: true
            micro_batch_size: 2
            context_parallel:
              size: 2
              load_balance: head_tail

        Good on 2xh100-80gb:
            sample_packing: true
            micro_batch_size: 2
            context_parallel:
              size: 2
              load_balance: auto

    Fix
        `load_balance: auto`. Safe: Axolotl takes what goes with the rows.

    Source
        axolotl 0.20.0 (:162) and 0.21.0 integrations/context_parallel/plugin.py:162-171 (read)
    """
    plan = subject.plan
    block = mesh.context_parallel(plan)
    named = block.get("load_balance")
    packs = packing.sample_packing(plan) or packing.flattens(plan)
    if named not in _BALANCED or not packs or batch.micro_batch_size(plan) == 1:
        return
    if mesh.context_parallel_size(plan) > 1:
        fix = Fix(
            {"context_parallel": {**block, "load_balance": "auto"}}, "safe", "context_parallel.load_balance: auto"
        )
        message = (
            f"context_parallel.load_balance {named} with several packed rows: Axolotl stops when the model is set up"
        )
        yield self.finding(message, "context_parallel", "micro_batch_size", plan=plan, fix=fix)
