"""MW695."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import adapters, fsdp, quantization
from wizard.domain.finding import Finding, Fix
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW695",
    "eight-bits-under-fsdp1",
    "error",
    fix="unsafe",
    keys=("load_in_8bit",),
    crashes="Cannot flatten integer dtype tensors",
    axolotl_until="0.19",
)
def eight_bits_under_fsdp1(self: Rule, subject: Subject) -> Iterator[Finding]:
    """A base in 8 bits under FSDP1.

    What it checks
        `load_in_8bit` beside an adapter and `fsdp_config` or `fsdp`, where `fsdp_version` is not 2. Later versions of
        Axolotl have no FSDP1.

    Why it matters
        FSDP1 puts the weights of a layer into one row, which whole numbers do not go into: "Cannot flatten integer
        dtype tensors", once the model is loaded. Bases in 4 bits go, since Axolotl stores them as floating point.

    Example
        Bad on 2xa100-80gb:
            adapter: lora
            lora_r: 8
            lora_alpha: 16
            lora_target_linear: true
            load_in_8bit: true
            fsdp_version: 1
            fsdp_config:
              auto_wrap_policy: TRANSFORMER_BASED_WRAP

        Good on 2xa100-80gb:
            adapter: lora
            lora_r: 8
            lora_alpha: 16
            lora_target_linear: true
            fsdp_version: 1
            fsdp_config:
              auto_wrap_policy: TRANSFORMER_BASED_WRAP

    Fix
        The base as it is, which FSDP divides: `load_in_8bit: false`. Not safe: it needs more memory.

    Source
        torch 2.13.0 distributed/fsdp/_flat_param.py, _validate_tensors_to_flatten (a base in 8 bits put into FSDP1 on a
        CPU); axolotl 0.19.0 core/builders/base.py (read)
    """
    plan = subject.plan
    early = fsdp.shards(plan) and fsdp.fsdp_version(plan) == 1
    if early and quantization.load_in_8bit(plan) and adapters.built_in(plan):
        message = "load_in_8bit under FSDP1: it can't divide whole numbers, and the run dies once the model is loaded"
        fix = Fix({"load_in_8bit": False}, "unsafe", "load_in_8bit: false")
        yield self.finding(message, "load_in_8bit", "fsdp_config", plan=plan, fix=fix)
