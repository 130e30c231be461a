"""MW891."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import preference, quantization
from wizard.domain.finding import Finding, Fix
from wizard.domain.model import Model
from wizard.domain.plan import REMOVE
from wizard.domain.values import flag
from wizard.knowledge.load import toml
from wizard.rules.file.unknown_class_name import MODEL_KEYS
from wizard.rules.registry import Rule, Subject, rule

_CAUSAL = "ForCausalLM"
_HEADS = (_CAUSAL, "ForImageTextToText", "ForMultimodalLM", "ForVision2Seq")
_NO_HEAD = ("ForSequenceClassification", "ForTokenClassification", "ForQuestionAnswering", "Tokenizer", "TokenizerFast")


@rule(
    "MW891",
    "model-type-does-not-train",
    "error",
    fix="unsafe",
    keys=MODEL_KEYS,
    crashes=(
        "Expected input batch_size",
        "The model did not return a loss from the inputs",
        "has no attribute 'generation_config'",
        "Unrecognized configuration class",
        "has no attribute tie_weights",
        "Config' object has no attribute",
    ),
)
def model_type_does_not_train(self: Rule, subject: Subject) -> Iterator[Finding]:
    """`model_type` names a class that this training can't use.

    What it checks
        In supervised and preference training (not of reward models): `model_type` is a tokenizer, a model without a
        head (`AutoModel`, `LlamaModel`) or with another one than a language model's, or reads images where the base
        model does not; or it is the class of another architecture than the base model's. Nothing is
        said with `trust_remote_code`, where Axolotl does not take it.

    Why it matters
        Axolotl takes any name. With a head of another kind the run dies at the first step ("Expected input batch_size
        (1) to match target batch_size", "The model did not return a loss from the inputs"), in preference training
        before it ("has no attribute 'generation_config'"). Another architecture's class dies of a config that is not
        its own, or leaves weights out.

    Example
        Bad:
            model_type: AutoModelForSequenceClassification

        Bad:
            base_model: Qwen/Qwen3-0.6B
            model_type: LlamaForCausalLM

        Good:
            model_type: AutoModelForCausalLM

        Good:
            base_model: Qwen/Qwen3-0.6B
            model_type: Qwen3ForCausalLM

    Fix
        No `model_type`: Axolotl finds the class by the model's config. Not safe: another class is loaded.

    Source
        axolotl 0.19.0 loaders/model.py:1060, 0.21.0 :1348; transformers 5.16.1 and 5.20.1 (executed on a CPU: heads,
        AutoModel, and seven pairs of architectures)
    """
    plan, model = subject.plan, subject.model
    key = next((one for one in MODEL_KEYS if plan.get(one)), "model_type")
    name = plan.get(key)
    if not isinstance(name, str) or flag(plan.get("trust_remote_code")) or quantization.gptq(plan):
        return
    if preference.reward_model(plan) or preference.process_reward_model(plan):
        return
    fix = Fix({key: REMOVE}, "unsafe", f"no {key}")
    if (
        name.endswith(_NO_HEAD)
        or (name.endswith("Model") and not name.endswith("LMHeadModel"))
        or (name in toml("axolotl/classes")["auto_models"] and not name.endswith(_HEADS))
    ):
        message = f"{key} {name} has no head of a language model: the run dies at the first step or before it"
        yield self.finding(message, key, plan=plan, fix=fix)
    elif model is None or model.multimodal:
        return
    elif name == "AutoModelForImageTextToText":
        message = f"{key} {name}, and {model.id} reads no images: the run dies when the model is loaded"
        yield self.finding(message, key, plan=plan, fix=fix)
    elif (
        name.endswith(_CAUSAL)
        and not name.startswith("Auto")
        and (own := _own(model))
        and name.removesuffix(_CAUSAL) not in own
    ):
        message = f"{key} {name} is the class of another architecture than {model.id}'s: it dies, or drops weights"
        yield self.finding(message, key, plan=plan, fix=fix)


def _own(model: Model) -> tuple[str, ...]:
    """What the name of the model's own class begins with, by the name of its layers."""
    layers = [one.strip() for one in (model.layer_class or "").split(",")]
    found = tuple(one.removesuffix("DecoderLayer").removesuffix("Text") for one in layers)
    return found if all(one.endswith("DecoderLayer") for one in layers) else ()
