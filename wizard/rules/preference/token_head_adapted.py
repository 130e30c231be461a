"""MW926."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import adapters, preference
from wizard.axolotl.architectures import working_targets
from wizard.domain.finding import Finding, Fix
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW926",
    "token-head-adapted",
    "error",
    fix="unsafe",
    keys=("process_reward_model",),
    crashes="modules_to_save cannot be applied to modules of type",
)
def token_head_adapted(self: Rule, subject: Subject) -> Iterator[Finding]:
    """A process reward model with an adapter on every linear layer, its head included.

    What it checks
        `process_reward_model` with LoRA or QLoRA and `lora_target_linear`.

    Why it matters
        PEFT trains the whole head of such a model and keeps it beside the adapter. `lora_target_linear` puts an
        adapter on the head too, and the run stops as the model is loaded: "modules_to_save cannot be applied to
        modules of type ...lora.layer.Linear".

    Example
        Bad:
            base_model: Qwen/Qwen3-1.7B
            process_reward_model: true
            num_labels: 2
            adapter: lora
            lora_target_linear: true

        Good:
            base_model: Qwen/Qwen3-1.7B
            process_reward_model: true
            num_labels: 2
            adapter: lora
            lora_target_modules: [q_proj, k_proj, v_proj, o_proj, gate_proj, up_proj, down_proj]

    Fix
        The projections by their names, where the model is known and has them. Not safe: it says otherwise what is
        trained.

    Source
        axolotl 0.21.0 loaders/adapter.py:75 and :142, peft 0.21.2 utils/other.py:360 (executed on small models)
    """
    plan, model = subject.plan, subject.model
    wanted = preference.process_reward_model(plan) and adapters.makes_lora(plan)
    if not wanted or not adapters.lora_target_linear(plan):
        return
    targets = working_targets(model, subject.axolotl) if model is not None else None
    changes = {"lora_target_linear": None, "lora_target_modules": targets}
    fix = Fix(changes, "unsafe", "the projections by their names") if targets else None
    message = "lora_target_linear puts an adapter on the head of a process reward model: PEFT stops at it"
    yield self.finding(message, "lora_target_linear", "process_reward_model", plan=plan, fix=fix)
