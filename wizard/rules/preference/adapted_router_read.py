"""MW927."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl.architectures import adapts_read_router, working_targets
from wizard.domain.finding import Finding, Fix
from wizard.rules.registry import Rule, Subject, rule


@rule("MW927", "adapted-router-read", "error", fix="unsafe", keys=("rl",), crashes="is out of bounds for dimension 0")
def adapted_router_read(self: Rule, subject: Subject) -> Iterator[Finding]:
    """DPO, IPO, KTO or GRPO on Jamba with an adapter on its router, whose layers are taken for routers.

    What it checks
        `rl` is one of the four, the model is a Jamba, and LoRA or QLoRA has `lora_target_linear`, or `router` among
        its targets. The model must be known.

    Why it matters
        TRL adds the load balance of the experts to the loss. Jamba finds its routers by their name, which the small
        layers of an adapter have too: their outputs, as wide as the rank, are taken for routers. Where the rank is
        not the number of experts the run stops ("index 14 is out of bounds for dimension 0"), and where it is the
        loss means nothing.

    Example
        Bad:
            base_model: ai21labs/Jamba-v0.1
            rl: dpo
            adapter: lora
            lora_target_linear: true

        Good:
            base_model: ai21labs/Jamba-v0.1
            rl: dpo
            adapter: lora
            lora_target_modules: [q_proj, k_proj, v_proj, o_proj]

    Fix
        Targets without the router. Not safe: other layers are trained.

    Source
        transformers 5.20.1 models/jamba/modeling_jamba.py:800, trl 1.14.1 trainer/dpo_trainer.py:903 (executed on a
        small model, whose 4 experts are fewer than its adapter's rank)
    """
    plan, model = subject.plan, subject.model
    if model is None or not adapts_read_router(plan, model):
        return
    targets = working_targets(model, subject.axolotl)
    message = f"TRL takes the adapter of {model.architecture}'s router for a router: the loss is wrong, or it stops"
    fix = Fix({"lora_target_linear": None, "lora_target_modules": targets}, "unsafe", "targets without the router")
    yield self.finding(message, "lora_target_linear", "rl", plan=plan, fix=fix if targets else None)
