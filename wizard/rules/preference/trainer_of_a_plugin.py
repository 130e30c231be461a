"""MW930."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import plugins, preference
from wizard.axolotl.plugins import DIFFUSION
from wizard.domain.finding import Finding, Fix
from wizard.domain.plan import REMOVE
from wizard.knowledge.axolotl.versions import of_plan
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW930",
    "trainer-of-a-plugin",
    "error",
    fix="unsafe",
    keys=("plugins",),
    crashes=(
        "`Trainer` requires either a `model` or `model_init` argument",
        "No columns in the dataset match the model's forward method signature",
    ),
)
def trainer_of_a_plugin(self: Rule, subject: Subject) -> Iterator[Finding]:
    """The DiffusionPlugin beside a method that has a trainer of its own.

    What it checks
        `axolotl.integrations.diffusion.DiffusionPlugin` under `plugins` with `rl`, or with `reward_model: true`.

    Why it matters
        The plugin's trainer is taken for every run, and learns from texts: it is made without a model where a method of
        preferences has one of its own, and finds nothing that it knows in pairs of answers. The run dies after the data
        is prepared and the model loaded.

    Example
        Bad:
            plugins: [axolotl.integrations.diffusion.DiffusionPlugin]
            rl: dpo
            datasets:
              - path: data.jsonl
                type: chatml.intel

        Bad:
            plugins: [axolotl.integrations.diffusion.DiffusionPlugin]
            reward_model: true
            datasets:
              - path: data.jsonl
                type: bradley_terry.chat_template

        Good:
            plugins: [axolotl.integrations.diffusion.DiffusionPlugin]

    Fix
        The plugin goes out of the list. Not safe: the method perhaps should go.

    Source
        axolotl 0.19.0 and 0.21.0 core/builders/rl.py:65-74 and :377, integrations/diffusion/plugin.py (trained with
        on a CPU)
    """
    plan = subject.plan
    named = preference.rl(plan)
    method = f"rl: {named}" if named else "reward_model: true" if preference.reward_model(plan) else None
    if method is None or not plugins.listed(plan, DIFFUSION):
        return
    kept = [name for name in plugins.plugins(plan) if not plugins.loads(name, DIFFUSION, of_plan(plan))]
    message = f"the DiffusionPlugin's trainer beside {method}: it is taken in its place, and the run "
    fix = Fix({"plugins": kept or REMOVE}, "unsafe", "no DiffusionPlugin")
    yield self.finding(f"{message}dies before its first step", "plugins", method.partition(":")[0], plan=plan, fix=fix)
