"""MW825."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import base
from wizard.domain.finding import Finding
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW825",
    "base-model-gguf",
    "error",
    keys=("base_model",),
    crashes=("is not a valid JSON file", "a file named config.json"),
)
def base_model_gguf(self: Rule, subject: Subject) -> Iterator[Finding]:
    """A base model in GGUF.

    What it checks
        A `base_model` that is a file ending in `.gguf`; a warning where its name ends in `-GGUF`, as those of
        repositories do that hold such files alone, nothing else is known of it, and `overrides_of_model_kwargs` names
        no `gguf_file`.

    Why it matters
        GGUF is what llama.cpp runs. Axolotl trains weights in safetensors beside a config.json; it takes the file and
        stops when it reads the model's configuration.

    Example
        Bad:
            base_model: ./llama-3-8b.Q4_K_M.gguf

        Bad:
            base_model: TheBloke/Llama-2-7B-GGUF

        Good:
            base_model: meta-llama/Llama-2-7b-hf

    Fix
        None: name the model that it was made from.

    Source
        axolotl 0.21.0 loaders/utils.py load_model_config (run on a CPU)
    """
    plan = subject.plan
    message = (
        f"base_model {plan.shown('base_model')} is GGUF, which Axolotl can't train: name the model it was made from"
    )
    if base.is_gguf_file(plan):
        yield self.finding(message, "base_model", plan=plan)
    elif subject.model is None and base.may_hold_gguf_alone(plan):
        message = f"base_model {plan.shown('base_model')}: repositories called so hold GGUF files alone, which Axolotl "
        message += "can't train; name the model they were made from"
        yield self.finding(message, "base_model", plan=plan, severity="warning")
