"""MW890."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl.architectures import lists_its_layers
from wizard.domain.finding import Finding
from wizard.domain.model import Model
from wizard.domain.values import flag, number
from wizard.knowledge.models.catalogue import catalogue
from wizard.rules.registry import Rule, Subject, rule

_KEYS = ("overrides_of_model_config", "model_config")
"""The key, and its name in older files."""
_ACTIVATIONS = ("hidden_act", "hidden_activation")
_KNOWN = (
    "gelu", "gelu_10", "gelu_accurate", "gelu_fast", "gelu_new", "gelu_python", "gelu_python_tanh",
    "gelu_pytorch_tanh", "hardswish", "laplace", "leaky_relu", "linear", "mish", "prelu", "quick_gelu", "relu",
    "relu2", "relu6", "sigmoid", "silu", "sqrtsoftplus", "swish", "tanh", "xielu",
)  # fmt: skip
_SIZES = ("hidden_size", "vocab_size", "head_dim", "num_key_value_heads")


@rule(
    "MW890",
    "model-override-impossible",
    "error",
    keys=("model_config", "overrides_of_model_config"),
    crashes=(
        "`ignore_mismatched_sizes` to `False`",
        "must be equal to the number of `layer_types`",
        "dropout probability has to be between 0 and 1",
    ),
)
def model_override_impossible(self: Rule, subject: Subject) -> Iterator[Finding]:
    """`overrides_of_model_config` has a size or an activation that the weights don't have.

    What it checks
        `overrides_of_model_config` changes a size that the checkpoint's tensors have (`hidden_size`,
        `intermediate_size`, `vocab_size`, `head_dim`, `num_key_value_heads`, and `num_attention_heads` where the config
        has a `head_dim`), or names an activation (`hidden_act`, `hidden_activation`) that transformers does not have;
        other `num_hidden_layers` on a type whose config names the kind of each layer (Qwen2, Qwen3, Gemma 2 and 3 and
        others); an `attention_dropout` outside 0 to 1.
        Nothing is said of sizes with `reinit_weights`.

    Why it matters
        The model is built as the config says, and the weights do not fit it: "You set `ignore_mismatched_sizes` to
        `False`", or "KeyError: 'swishh'", when the model is loaded.

    Example
        Bad:
            base_model: Qwen/Qwen3-0.6B
            overrides_of_model_config:
              num_key_value_heads: 1

        Bad:
            overrides_of_model_config:
              hidden_act: swishh

        Bad:
            base_model: Qwen/Qwen3-0.6B
            overrides_of_model_config:
              num_hidden_layers: 4

        Good:
            overrides_of_model_config:
              max_position_embeddings: 4096

    Fix
        Leave the key out of the block. There is none to apply.

    Source
        axolotl 0.19.0 loaders/utils.py:202, 0.21.0 :220; transformers 5.16.1 and 5.20.1 modeling_utils.py:4540,
        activations.py (executed on a CPU)
    """
    plan, model = subject.plan, subject.model
    for key in _KEYS:
        written = plan.get(key)
        block = written if isinstance(written, dict) else {}
        for name in _ACTIVATIONS:
            if isinstance(block.get(name), str) and block[name] not in _KNOWN:
                message = f"{key}.{name}: transformers has no activation {block[name]}: the run dies at the load"
                yield self.finding(message, f"{key}.{name}", plan=plan)
        dropout = number(block.get("attention_dropout"), 0.0)
        if not 0 <= dropout <= 1:
            message = f"{key}.attention_dropout is {dropout:g}, and is from 0 to 1: the run dies at its first step"
            yield self.finding(message, f"{key}.attention_dropout", plan=plan)
        layers = block.get("num_hidden_layers")
        if model is not None and isinstance(layers, int) and layers != model.layers and lists_its_layers(model):
            message = f"{key}.num_hidden_layers: the config names the kind of each of {model.layers} layers"
            yield self.finding(f"{message}: the run dies", f"{key}.num_hidden_layers", plan=plan)
        if model is None or flag(plan.get("reinit_weights")):
            continue
        for name, size in _sizes(model).items():
            asked = block.get(name)
            if isinstance(asked, int) and asked != size:
                message = f"{key}.{name} is {asked}, and the weights have {size}: the run dies at the load"
                yield self.finding(message, f"{key}.{name}", plan=plan)


def _sizes(model: Model) -> dict[str, int]:
    """The sizes of the published config that tensors have; none of a model with towers, whose config is nested."""
    row = catalogue().get(model.id)
    if row is None or model.multimodal:
        return {}
    names = [*_SIZES, *(("num_attention_heads",) if "head_dim" in row.config else ())]
    names += [] if any(block.experts for block in model.blocks) else ["intermediate_size"]
    return {name: row.config[name] for name in names if isinstance(row.config.get(name), int)}
