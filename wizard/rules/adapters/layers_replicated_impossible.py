"""MW919."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import adapters
from wizard.axolotl.architectures import lists_its_layers
from wizard.domain.finding import Finding, Severity
from wizard.domain.model import Model
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW919",
    "layers-replicated-impossible",
    "error",
    keys=("peft_layer_replication",),
    crashes=(
        "not found in the base model",
        "is out of range",
        "must be equal to the number of `layer_types`",
        "Could not locate the layers attribute in the model",
    ),
)
def layers_replicated_impossible(self: Rule, subject: Subject) -> Iterator[Finding]:
    """`peft_layer_replication` that makes no model.

    What it checks
        Each pair is from a layer to the one behind the last, counted from 0: the first below the second, the second at
        most the model's layers. And where the config of the model's type names the kind of each layer (Qwen2, Qwen3,
        Gemma 2 and 3, gpt-oss, SmolLM3 and others) the layers stay as many; a model that sees has none that PEFT finds.

    Why it matters
        Axolotl hands the pairs to PEFT as they are. A pair backwards adds no layer: with no other the model has none
        left, and the run dies when the adapter is made. Where the layers and their kinds differ it trains, and dies
        when it saves.

    Example
        Bad:
            base_model: meta-llama/Llama-3.2-1B
            adapter: lora
            lora_r: 8
            lora_alpha: 16
            lora_target_linear: true
            peft_layer_replication: [[8, 4]]

        Bad:
            base_model: meta-llama/Llama-3.2-1B
            adapter: lora
            lora_r: 8
            lora_alpha: 16
            lora_target_linear: true
            peft_layer_replication: [[0, 8], [4, 17]]

        Bad:
            base_model: Qwen/Qwen3-0.6B
            adapter: lora
            lora_r: 8
            lora_alpha: 16
            lora_target_linear: true
            peft_layer_replication: [[0, 20], [10, 28]]

        Good:
            base_model: meta-llama/Llama-3.2-1B
            adapter: lora
            lora_r: 8
            lora_alpha: 16
            lora_target_linear: true
            peft_layer_replication: [[0, 12], [4, 16]]

    Fix
        Other pairs, or another model. There is none to apply.

    Source
        peft 0.20.0 and 0.21.2 tuners/tuners_utils.py, replicate_layers; transformers 5.20.1 configuration_utils.py:768
        (executed on a CPU)
    """
    plan, model = subject.plan, subject.model
    pairs = _pairs(plan.get("peft_layer_replication"))
    if not pairs or not adapters.makes_lora(plan):
        return
    for message, severity in _wrong(pairs, model):
        text = f"peft_layer_replication: {message}"
        yield self.finding(text, "peft_layer_replication", plan=plan, severity=severity)


def _pairs(written: object) -> list[tuple[int, int]]:
    listed = written if isinstance(written, list) else []
    whole = [one for one in listed if isinstance(one, (list, tuple)) and len(one) == 2]
    return [(int(one[0]), int(one[1])) for one in whole if all(type(end) is int for end in one)]


def _wrong(pairs: list[tuple[int, int]], model: Model | None) -> Iterator[tuple[str, Severity]]:
    backwards = [pair for pair in pairs if pair[0] >= pair[1]]
    if backwards:
        first, last = backwards[0]
        alone = len(backwards) == len(pairs)
        what = "the model has no layers left, and the run dies" if alone else "PEFT leaves the pair out without a word"
        yield f"[{first}, {last}] holds no layer: {what}", "error" if alone else "warning"
    if model is None or not model.exact:
        return
    there, made = model.layers, sum(max(last - first, 0) for first, last in pairs)
    beyond = [last for first, last in pairs if first < last and last > there]
    if model.multimodal:
        yield "PEFT finds no layers in a model that sees: the run dies when the adapter is made", "error"
    elif beyond:
        yield f"up to {beyond[0]} of {there} layers: the run dies when the adapter is made", "error"
    elif made and made != there and lists_its_layers(model):
        named = f"the config of {model.model_type} names the kind of each of {there} layers"
        yield f"{made} layers, and {named}: the run dies when it saves", "error"
