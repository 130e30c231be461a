"""MW523."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import checkpointing, early, preference
from wizard.domain.finding import Finding, Fix
from wizard.domain.plan import REMOVE, Plan
from wizard.rules.registry import Rule, Subject, rule

_FREEZE = ("adapter", "unfrozen_parameters", "lisa_step_interval", "plugins", "trainer_cls")


@rule("MW523", "layer-offloading-without-effect", "warning", fix="safe", keys=("layer_offloading",))
def layer_offloading_without_effect(self: Rule, subject: Subject) -> Iterator[Finding]:
    """`layer_offloading` where nothing is offloaded.

    What it checks
        `layer_offloading: true` with any `rl`, `reward_model` or `process_reward_model`; or in a full fine-tune,
        where no weight is frozen.

    Why it matters
        Axolotl's own trainer alone has it, and it keeps frozen weights of the decoder layers on the host. With
        TRL's trainers the setting is never read, and without frozen weights there is nothing to move: the GPU
        holds all weights, and nothing says so.

    Example
        Bad:
            adapter: lora
            lora_r: 8
            lora_alpha: 16
            lora_target_linear: true
            rl: dpo
            datasets: [{path: argilla/ultrafeedback-binarized-preferences-cleaned, type: chatml.ultra, split: train}]
            layer_offloading: true

        Bad:
            layer_offloading: true

        Good:
            adapter: lora
            lora_r: 8
            lora_alpha: 16
            lora_target_linear: true
            layer_offloading: true

    Fix
        `layer_offloading` goes. Safe: it does nothing.

    Source
        axolotl 0.19.0 core/trainers/mixins/layer_offloading.py:55 and :280, core/trainers/base.py:73 (read)
    """
    plan = subject.plan
    why = _why(plan) if checkpointing.layer_offloading(plan) else ""
    if not why:
        return
    fix = Fix({"layer_offloading": REMOVE}, "safe", "without layer_offloading")
    message = f"layer_offloading likely has no effect: {why}"
    yield self.finding(message, "layer_offloading", plan=plan, fix=fix)


def _why(plan: Plan) -> str:
    if plan.get("trainer_cls"):
        return ""
    if preference.rl(plan):
        return f"the trainer of rl: {plan.shown('rl')} does not look at it"
    if preference.reward_model(plan) or preference.process_reward_model(plan):
        return "the trainers of reward models do not look at it"
    if not early.which(plan, _FREEZE):
        return "it moves frozen weights, and a full fine-tune has none"
    return ""
