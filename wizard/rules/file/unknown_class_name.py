"""MW863."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.domain.finding import Finding, Fix
from wizard.domain.nearest import closest
from wizard.domain.plan import REMOVE
from wizard.knowledge.load import toml
from wizard.rules.registry import Rule, Subject, rule

MODEL_KEYS = ("model_type", "type_of_model")
"""The usual name of the model's class, and the one that Axolotl has for it inside, which a file may have too."""
_HEADS = (
    "ForCausalLM", "ForConditionalGeneration", "ForImageTextToText", "ForSequenceClassification",
    "ForTokenClassification", "ForQuestionAnswering", "ForMaskedLM", "ForMultimodalLM", "ForVision2Seq",
    "ForBlockDiffusion", "ForPreTraining",
)  # fmt: skip


@rule(
    "MW863",
    "unknown-class-name",
    "error",
    fix="unsafe",
    keys=(*MODEL_KEYS, "tokenizer_type", "processor_type", "cls_model_config"),
    crashes=("module transformers has no attribute", "object has no attribute 'model_type'"),
)
def unknown_class_name(self: Rule, subject: Subject) -> Iterator[Finding]:
    """A class is named that transformers does not have: of the model, its config, the tokenizer or the processor.

    What it checks
        `model_type` that begins with AutoModel, and every `tokenizer_type`, against the names of transformers;
        `processor_type` without `rl` that has no Processor in its name; `cls_model_config` without a point, which is
        a config's class.
        `AutoModelForVision2Seq` went with transformers 5: it is `AutoModelForImageTextToText` now.

    Why it matters
        Axolotl takes any text and looks the class up when it loads the tokenizer or the model: "module transformers
        has no attribute". Without the keys it finds both by itself.

    Example
        Bad:
            model_type: AutoModelForCausalLLM

        Bad:
            tokenizer_type: MistralTokenizer

        Bad:
            processor_type: AutoProcesor

        Bad:
            cls_model_config: Qwen3ForCausalLM

        Good:
            model_type: AutoModelForCausalLM
            tokenizer_type: AutoTokenizer

    Fix
        The nearest name for a model, and no key for a tokenizer or a config: Axolotl finds them then. Not safe: another
        class may be meant.

    Source
        axolotl 0.19.0 loaders/tokenizer.py:166, loaders/model.py:1064; transformers 5.16.1 (executed, 5.20.1 the same)
    """
    plan, names = subject.plan, toml("axolotl/classes")
    key = next((one for one in MODEL_KEYS if plan.get(one)), "model_type")
    model, tokenizer = plan.get(key), plan.get("tokenizer_type")
    near = _meant(model, tuple(names["auto_models"])) if isinstance(model, str) else None
    if near is not None:
        fix = Fix({key: near}, "unsafe", f"{key}: {near}")
        message = f"{key}: transformers has no {model}: the run dies when the model is loaded; did you mean {near}?"
        yield self.finding(message, key, plan=plan, fix=fix)
    sees = subject.model is not None and subject.model.multimodal
    known = isinstance(tokenizer, str) and (
        (tokenizer == "AutoProcessor" and not sees) or tokenizer.removesuffix("Fast") in names["tokenizers"]
    )
    if isinstance(tokenizer, str) and not known:
        fix = Fix({"tokenizer_type": REMOVE}, "unsafe", "no tokenizer_type")
        message = f"tokenizer_type: transformers has no tokenizer {tokenizer}: the run dies when it is loaded"
        yield self.finding(message, "tokenizer_type", plan=plan, fix=fix)
    processor = plan.get("processor_type")
    if isinstance(processor, str) and "Processor" not in processor and plan.get("rl") is None:
        fix = Fix({"processor_type": "AutoProcessor"}, "unsafe", "processor_type: AutoProcessor")
        message = f"processor_type: {processor} is no processor of transformers: the run dies when it is loaded"
        yield self.finding(message, "processor_type", plan=plan, fix=fix)
    config = plan.get("cls_model_config")
    if isinstance(config, str) and "." not in config and config.removesuffix("Config") not in names["configs"]:
        fix = Fix({"cls_model_config": REMOVE}, "unsafe", "no cls_model_config")
        message = f"cls_model_config: transformers has no config {config}: the run dies before the data is read"
        yield self.finding(message, "cls_model_config", plan=plan, fix=fix)


def _meant(name: str, known: tuple[str, ...]) -> str | None:
    """The class that was meant by a name that transformers does not have; None where it has it, or may have it."""
    if name.startswith("AutoModel"):
        own = "AutoModelForImageTextToText" if name == "AutoModelForVision2Seq" else None
        return None if name in known else own or closest(name, known, 0.8) or "AutoModelForCausalLM"
    first, point, _ = name.partition("For")
    head = name[len(first) :]
    near = closest(head, _HEADS, 0.8) if point and head not in _HEADS else None
    return first + near if near is not None else None
