"""MW986."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl.base import architecture
from wizard.domain.finding import Finding, Fix
from wizard.domain.plan import REMOVE
from wizard.domain.values import flag
from wizard.rules.registry import Rule, Subject, rule

_KEY = "llama4_linearized_experts"


@rule(
    "MW986",
    "linearized-experts-break",
    "error",
    fix="unsafe",
    keys=(_KEY,),
    crashes="'Llama4TextExperts' object has no attribute 'gate_up_proj'",
)
def linearized_experts_break(self: Rule, subject: Subject) -> Iterator[Finding]:
    """Llama 4's experts as single layers, which this transformers can't set up.

    What it checks
        `llama4_linearized_experts` is on, and the base model is a Llama 4 or not known.

    Why it matters
        Axolotl puts a class with single layers in the place of Llama 4's experts. transformers 5 goes through all
        modules once a checkpoint is read, a whole one too, and asks that class for `gate_up_proj`, which it has not:
        the run dies as the model is loaded ("'Llama4TextExperts' object has no attribute 'gate_up_proj'").

    Example
        Bad:
            base_model: meta-llama/Llama-4-Scout-17B-16E-Instruct
            llama4_linearized_experts: true

        Good:
            base_model: meta-llama/Llama-4-Scout-17B-16E-Instruct

    Fix
        For a known Llama 4, which has its experts together, the key goes. Unsafe: adapters then reach no single expert.
        None for a checkpoint that was taken apart: it needs the key.

    Source
        axolotl 0.19.0 and 0.21.0 monkeypatch/models/llama4/modeling.py (a small checkpoint with single layers, all of
        its weights there, LoRA and QLoRA, executed); transformers 5.16.1, 5.17.0 and 5.20.1 modeling_llama4.py,
        _init_weights
    """
    plan, model = subject.plan, subject.model
    if not flag(plan.get(_KEY)) or architecture(plan, model) not in (None, "llama4"):
        return
    message = f"{_KEY}: the run dies as the model is loaded: transformers asks these experts for gate_up_proj"
    fix = Fix({_KEY: REMOVE}, "unsafe", f"no {_KEY}") if model is not None else None
    yield self.finding(message, _KEY, plan=plan, fix=fix)
