"""MW863."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.domain.finding import Finding, Fix
from wizard.domain.nearest import closest
from wizard.domain.plan import REMOVE
from wizard.knowledge.load import toml
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW863",
    "unknown-class-name",
    "error",
    fix="unsafe",
    keys=("model_type", "tokenizer_type"),
    crashes="module transformers has no attribute",
)
def unknown_class_name(self: Rule, subject: Subject) -> Iterator[Finding]:
    """`model_type` or `tokenizer_type` names a class that transformers does not have.

    What it checks
        `model_type` that begins with AutoModel, and every `tokenizer_type`, against the names of transformers.
        `AutoModelForVision2Seq` went with transformers 5: it is `AutoModelForImageTextToText` now.

    Why it matters
        Axolotl takes any text and looks the class up when it loads the tokenizer or the model: "module transformers
        has no attribute". Without the keys it finds both by itself.

    Example
        Bad:
            model_type: AutoModelForCausalLLM

        Bad:
            tokenizer_type: MistralTokenizer

        Good:
            model_type: AutoModelForCausalLM
            tokenizer_type: AutoTokenizer

    Fix
        The nearest name for a model, and no key for a tokenizer: Axolotl takes AutoTokenizer then. Not safe: another
        class may be meant.

    Source
        axolotl 0.19.0 loaders/tokenizer.py:166, loaders/model.py:1064; transformers 5.16.1 (executed, 5.20.1 the same)
    """
    plan, names = subject.plan, toml("axolotl/classes")
    model, tokenizer = plan.get("model_type"), plan.get("tokenizer_type")
    if isinstance(model, str) and model.startswith("AutoModel") and model not in names["auto_models"]:
        near = "AutoModelForImageTextToText" if model == "AutoModelForVision2Seq" else None
        near = near or closest(model, tuple(names["auto_models"]), 0.8) or "AutoModelForCausalLM"
        fix = Fix({"model_type": near}, "unsafe", f"model_type: {near}")
        message = f"model_type: transformers has no {model}: the run dies when the model is loaded; {near}?"
        yield self.finding(message, "model_type", plan=plan, fix=fix)
    if isinstance(tokenizer, str) and tokenizer.removesuffix("Fast") not in names["tokenizers"]:
        fix = Fix({"tokenizer_type": REMOVE}, "unsafe", "no tokenizer_type")
        message = f"tokenizer_type: transformers has no {tokenizer}: the run dies when the tokenizer is loaded"
        yield self.finding(message, "tokenizer_type", plan=plan, fix=fix)
