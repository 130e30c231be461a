"""MW577."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl.plugins import INTEGRATIONS, listed
from wizard.domain.finding import Finding
from wizard.rules.kernels._common import joined
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW577",
    "nemo-gym-incomplete",
    "error",
    keys=("nemo_gym_enabled",),
    quotes=("nemo_gym_config_paths is required", "nemo_gym_datasets is required"),
)
def nemo_gym_incomplete(self: Rule, subject: Subject) -> Iterator[Finding]:
    """NeMo Gym without its servers' configs or its data.

    What it checks
        The NemoGymPlugin is listed, `nemo_gym_enabled` is written as on, and `nemo_gym_datasets` is empty, or
        `nemo_gym_config_paths` is while `nemo_gym_auto_start` is not switched off.

    Why it matters
        Axolotl starts the servers that these files describe. Without them it refuses the config.

    Example
        Bad:
            plugins: [axolotl.integrations.nemo_gym.NemoGymPlugin]
            nemo_gym_enabled: true

        Bad:
            plugins: [axolotl.integrations.nemo_gym.NemoGymPlugin]
            nemo_gym_enabled: true
            nemo_gym_auto_start: false

        Good:
            plugins: [axolotl.integrations.nemo_gym.NemoGymPlugin]
            nemo_gym_enabled: true
            nemo_gym_config_paths: [resources_servers/reasoning_gym/configs/resources_only.yaml]
            nemo_gym_datasets:
              - path: data/train.jsonl

    Fix
        None by itself: name the files.

    Source
        axolotl 0.19.0 integrations/nemo_gym/args.py:130 (executed)
    """
    plan = subject.plan
    if not plan.get("nemo_gym_enabled") or not listed(plan, INTEGRATIONS + "nemo_gym.NemoGymPlugin"):
        return
    starts = plan.values["nemo_gym_auto_start"] if "nemo_gym_auto_start" in plan else True
    missing = [] if plan.get("nemo_gym_datasets") else ["nemo_gym_datasets"]
    if starts and not plan.get("nemo_gym_config_paths"):
        missing.insert(0, "nemo_gym_config_paths")
    if missing:
        message = f"nemo_gym_enabled needs {joined(missing)}: Axolotl refuses the config"
        yield self.finding(message, "nemo_gym_enabled", *missing, plan=plan)
