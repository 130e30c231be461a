"""MW639."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import fsdp
from wizard.domain.finding import Finding, Fix
from wizard.domain.values import flag
from wizard.rules.registry import Rule, Subject, rule

_ENDING = "DecoderLayer"
"""Blocks inside a layer (`MixtralSparseMoeBlock`) may be wrapped too: of other names nothing is said."""


@rule(
    "MW639",
    "fsdp-layer-absent",
    "error",
    fix="safe",
    keys=("fsdp_config",),
    crashes="Could not find the transformer layer class",
)
def fsdp_layer_absent(self: Rule, subject: Subject) -> Iterator[Finding]:
    """FSDP is to wrap the decoder layers of another model.

    What it checks
        `transformer_layer_cls_to_wrap` of `fsdp_config`, under `auto_wrap_policy: TRANSFORMER_BASED_WRAP`: a class
        that ends with DecoderLayer and is not the model's. The model must be known, and read text alone; with
        `trust_remote_code` nothing is said.

    Why it matters
        The run dies when FSDP divides the model: "Could not find the transformer layer class Qwen2DecoderLayer in the
        model."

    Example
        Bad on 2xa100-80gb:
            base_model: meta-llama/Llama-3.2-1B
            fsdp_version: 2
            fsdp_config:
              auto_wrap_policy: TRANSFORMER_BASED_WRAP
              transformer_layer_cls_to_wrap: Qwen2DecoderLayer

        Good on 2xa100-80gb:
            base_model: meta-llama/Llama-3.2-1B
            fsdp_version: 2
            fsdp_config:
              auto_wrap_policy: TRANSFORMER_BASED_WRAP
              transformer_layer_cls_to_wrap: LlamaDecoderLayer

    Fix
        The class of the model's layers. Safe: with the other nothing is trained.

    Source
        accelerate 1.13.0 and 1.15.0 utils/fsdp_utils.py:953, utils/dataclasses.py:2095 (executed on a CPU, FSDP1 and
        FSDP2), axolotl 0.21.0 utils/trainer.py, setup_fsdp_envs (read)
    """
    plan, model, block = subject.plan, subject.model, fsdp.fsdp_config(subject.plan)
    named = block.get("transformer_layer_cls_to_wrap")
    if block.get("auto_wrap_policy") != "TRANSFORMER_BASED_WRAP" or not isinstance(named, str) or not fsdp.shards(plan):
        return
    if model is None or model.layer_class is None or model.multimodal or flag(plan.get("trust_remote_code")):
        return
    own = [one.strip() for one in model.layer_class.split(",")]
    absent = [one for one in map(str.strip, named.split(",")) if one.endswith(_ENDING) and one not in own]
    if absent:
        message = f"fsdp_config.transformer_layer_cls_to_wrap: {model.id} has no {absent[0]}: the run dies when FSDP "
        message += f"divides it; its layers are {model.layer_class}"
        changed = fsdp.with_value(plan, "transformer_layer_cls_to_wrap", model.layer_class)
        fix = Fix({"fsdp_config": changed}, "safe", f"transformer_layer_cls_to_wrap: {model.layer_class}")
        yield self.finding(message, "fsdp_config.transformer_layer_cls_to_wrap", plan=plan, fix=fix)
