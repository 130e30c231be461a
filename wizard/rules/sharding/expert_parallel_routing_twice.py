"""MW648."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import checkpointing, experts, mesh
from wizard.domain.finding import Finding, Fix
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW648",
    "expert-parallel-routing-twice",
    "error",
    fix="unsafe",
    keys=("expert_parallel_size",),
    quotes=(
        "expert_parallel_backend: torch requires non-reentrant gradient",
        "expert_parallel_backend: torch is incompatible with activation_offloading",
    ),
    axolotl_since="0.20",
)
def expert_parallel_routing_twice(self: Rule, subject: Subject) -> Iterator[Finding]:
    """Expert parallelism by torch, with a checkpointing that chooses experts anew.

    What it checks
        `expert_parallel_size` above 1 with `expert_parallel_backend` torch or auto, which is torch where DeepEP is
        not installed, and `gradient_checkpointing` with `use_reentrant: true`, or with `activation_offloading`
        true, legacy or disk.

    Why it matters
        Axolotl refuses the file: what is computed again in the backward pass must send each token to the same
        experts, and these ways of checkpointing keep no record of it.

    Example
        Bad:
            plugins:
              - axolotl.integrations.expert_parallel.ExpertParallelPlugin
            expert_parallel_size: 2
            fsdp_version: 2
            fsdp_config:
              state_dict_type: FULL_STATE_DICT
            gradient_checkpointing: true
            gradient_checkpointing_kwargs: {use_reentrant: true}

        Bad:
            plugins:
              - axolotl.integrations.expert_parallel.ExpertParallelPlugin
            expert_parallel_size: 2
            fsdp_version: 2
            fsdp_config:
              state_dict_type: FULL_STATE_DICT
            gradient_checkpointing: true
            activation_offloading: legacy

        Good:
            plugins:
              - axolotl.integrations.expert_parallel.ExpertParallelPlugin
            expert_parallel_size: 2
            fsdp_version: 2
            fsdp_config:
              state_dict_type: FULL_STATE_DICT
            gradient_checkpointing: true
            activation_offloading: hidden_states

    Fix
        `use_reentrant: false`, or `activation_offloading: hidden_states`. Not safe: more or less is kept on the
        GPU.

    Source
        axolotl 0.20.0 utils/schemas/validation.py:2058 (executed)
    """
    plan = subject.plan
    if mesh.expert_parallel_size(plan) < 2 or experts.expert_parallel_backend(plan) not in ("auto", "torch"):
        return
    if not checkpointing.gradient_checkpointing(plan):
        return
    offloading = checkpointing.activation_offloading(plan)
    if checkpointing.use_reentrant(plan):
        what, key = "use_reentrant: true", "gradient_checkpointing_kwargs"
        changes: dict[str, object] = {key: {**checkpointing.kwargs(plan), "use_reentrant": False}}
        says = "use_reentrant: false"
    elif offloading in ("true", "legacy", "disk"):
        what, key = f"activation_offloading {offloading}", "activation_offloading"
        changes, says = {key: "hidden_states"}, "activation_offloading: hidden_states"
        if checkpointing.old_offloading(plan):
            key, changes = "gradient_checkpointing", {**changes, "gradient_checkpointing": True}
    else:
        return
    message = f"expert parallelism by torch with {what}: Axolotl refuses the file"
    yield self.finding(message, key, "expert_parallel_size", plan=plan, fix=Fix(changes, "unsafe", says))
