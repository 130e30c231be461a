"""MW925."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import preference
from wizard.domain.finding import Finding
from wizard.knowledge.axolotl.settings import router_loss
from wizard.rules.registry import Rule, Subject, rule


@rule("MW925", "router-loss-unread", "error", keys=("rl",), crashes="object has no attribute 'aux_loss'")
def router_loss_unread(self: Rule, subject: Subject) -> Iterator[Finding]:
    """DPO, IPO, KTO or GRPO on Llama 4, whose output has no loss of its router for TRL to read.

    What it checks
        `rl` is one of the four, and the model is a Llama 4. The model must be known.

    Why it matters
        TRL adds the load balance of the experts to the loss of every model whose config has `output_router_logits`.
        Llama 4's config has it and its output has not: "'Llama4CausalLMOutputWithPast' object has no attribute
        'aux_loss'" at the first step.

    Example
        Bad:
            base_model: meta-llama/Llama-4-Scout-17B-16E-Instruct
            rl: dpo

        Good:
            base_model: meta-llama/Llama-4-Scout-17B-16E-Instruct
            rl: orpo

    Fix
        None: take `rl: orpo` or `rl: simpo`, whose trainers leave the router alone, or another model.

    Source
        trl 1.9.0 and 1.14.1 trainer/dpo_trainer.py (executed on a small model), transformers 5.20.1
        models/llama4/configuration_llama4.py:163, modeling_llama4.py:674
    """
    plan, model = subject.plan, subject.model
    if model is None or not preference.reads_router_loss(plan):
        return
    if model.architecture in router_loss("absent"):
        message = f"TRL reads the loss of the router, and {model.architecture} gives none: the first step stops"
        yield self.finding(message, "rl", plan=plan)
