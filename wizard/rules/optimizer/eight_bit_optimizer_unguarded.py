"""MW539."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import fsdp, mesh
from wizard.domain.finding import Finding, Fix, Severity
from wizard.rules.registry import Rule, Subject, rule

_REFUSED = frozenset({"adamw_8bit", "adamw_bnb_8bit"})
_ADAM = frozenset({*_REFUSED, "paged_adamw_8bit"})
_BLOCKWISE = frozenset(
    {"paged_adamw_8bit", "lion_8bit", "paged_lion_8bit", "ademamix_8bit", "paged_ademamix_8bit", "rmsprop_bnb_8bit"}
)


@rule(
    "MW539",
    "eight-bit-optimizer-unguarded",
    "error",
    fix="unsafe",
    keys=("fsdp_config", "tensor_parallel_size"),
    quotes="tensor_parallel_size is not supported with paged_adamw_8bit",
)
def eight_bit_optimizer_unguarded(self: Rule, subject: Subject) -> Iterator[Finding]:
    """A bitsandbytes 8-bit optimizer on divided weights, which Axolotl lets through.

    What it checks
        `tensor_parallel_size` above 1 with paged_adamw_8bit, adamw_8bit or adamw_bnb_8bit; or FSDP2 with another
        8-bit optimizer of bitsandbytes than the two that Axolotl refuses there.

    Why it matters
        Axolotl has a check for the first that is never called, and its check for FSDP2 names two optimizers of a
        family that shares the same kernels. They do not know divided tensors and fail at the first step.

    Example
        Bad:
            optimizer: paged_adamw_8bit
            fsdp_version: 2
            fsdp_config: {reshard_after_forward: true}

        Bad:
            optimizer: adamw_bnb_8bit
            tensor_parallel_size: 2

        Good:
            optimizer: adamw_torch_8bit
            fsdp_version: 2
            fsdp_config: {reshard_after_forward: true}

    Fix
        `adamw_torch_8bit`, which Axolotl names for FSDP2. Not safe: it is another optimizer.

    Source
        axolotl 0.19.0 utils/schemas/validation.py:1928 (not among the mixins of ValidationMixin) and :1257 (read)
    """
    plan = subject.plan
    name = str(plan.get("optimizer"))
    if name not in _ADAM and name not in _BLOCKWISE:
        return
    parallel = mesh.tensor_parallel_size(plan) > 1
    sharded = fsdp.has_block(plan) and fsdp.fsdp_version(plan) == 2
    if parallel and name in _ADAM and (fsdp.only_fsdp2(plan) or not (sharded and name in _REFUSED)):
        where = f"tensor_parallel_size {plan.shown('tensor_parallel_size')}"
    elif sharded and name in _BLOCKWISE:
        where = "FSDP2"
    else:
        return
    refused = parallel and name in _ADAM and fsdp.only_fsdp2(plan)
    message = (
        f"optimizer: {name} with {where}: Axolotl refuses it"
        if refused
        else (f"optimizer: {name} with {where} likely fails at the first step, and Axolotl's checks let it through")
    )
    severity: Severity = "error" if refused else "warning"
    fix = Fix({"optimizer": "adamw_torch_8bit"}, "unsafe", "optimizer: adamw_torch_8bit")
    keys = ("optimizer", "tensor_parallel_size", "fsdp_config")
    yield self.finding(message, *keys, plan=plan, severity=severity, fix=fix, quoted=refused)
