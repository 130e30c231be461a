"""MW640."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.domain.finding import Finding, Fix
from wizard.rules.registry import Rule, Subject, rule
from wizard.rules.sharding._common import gpus


@rule("MW640", "gemma4-finds-unused-parameters", "hint", fix="safe", keys=("base_model",))
def gemma4_finds_unused_parameters(self: Rule, subject: Subject) -> Iterator[Finding]:
    """Gemma 4 on several GPUs looks for unused parameters at every step.

    What it checks
        The base model is a Gemma 4, the machine is known to have more than one GPU, there is neither FSDP nor
        DeepSpeed, and neither `ddp_find_unused_parameters` nor `activation_offloading` is set.

    Why it matters
        Axolotl turns the search on by itself and warns, since parts of the model get no gradient in text training.
        The search costs time at every step. `freeze_mm_modules: true` makes it needless.

    Example
        Bad on 2xa100-80gb:
            base_model: google/gemma-4-E2B

        Good on 2xa100-80gb:
            base_model: google/gemma-4-E2B
            ddp_find_unused_parameters: true

    Fix
        `ddp_find_unused_parameters: true` is written down. Safe: Axolotl does the same.

    Source
        axolotl 0.19.0 utils/config/__init__.py:416 (read)
    """
    plan, model, count = subject.plan, subject.model, gpus(subject)
    if model is None or not model.model_type.startswith("gemma4") or count is None or count < 2:
        return
    written = ("ddp_find_unused_parameters", "activation_offloading", "ddp", "fsdp_config", "fsdp", "deepspeed")
    if not subject.written.isdisjoint(written) or subject.effective.offload_activations:
        return
    message = f"{model.id} on {count} GPUs: Axolotl likely turns ddp_find_unused_parameters on, which costs time"
    fix = Fix({"ddp_find_unused_parameters": True}, "safe", "ddp_find_unused_parameters: true")
    yield self.finding(message, "ddp_find_unused_parameters", "base_model", plan=plan, fix=fix)
