"""MW576."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl.plugins import INTEGRATIONS, listed
from wizard.domain.finding import Finding, Fix
from wizard.domain.values import flag
from wizard.rules.registry import Rule, Subject, rule

_MODES = ("cloud", "local", "offline", "disabled")


@rule(
    "MW576",
    "swanlab-settings",
    "error",
    fix="safe",
    keys=("plugins",),
    quotes=("SwanLab enabled", "Invalid swanlab_mode", "swanlab_project cannot be an empty string"),
)
def swanlab_settings(self: Rule, subject: Subject) -> Iterator[Finding]:
    """The SwanLabPlugin without a project, or with a mode it has not.

    What it checks
        The SwanLabPlugin is listed, and `swanlab_project` is left out or empty while `use_swanlab` is on, which it
        is by default; or `swanlab_mode` is none of cloud, local, offline and disabled.

    Why it matters
        Axolotl refuses the config.

    Example
        Bad:
            plugins: [axolotl.integrations.swanlab.SwanLabPlugin]

        Bad:
            plugins: [axolotl.integrations.swanlab.SwanLabPlugin]
            use_swanlab: false
            swanlab_project: ""

        Bad:
            plugins: [axolotl.integrations.swanlab.SwanLabPlugin]
            swanlab_project: mine
            swanlab_mode: online

        Good:
            plugins: [axolotl.integrations.swanlab.SwanLabPlugin]
            swanlab_project: mine
            swanlab_mode: offline

    Fix
        A project named axolotl, or the mode that is the default. Safe: it names where the run is recorded.

    Source
        axolotl 0.19.0 integrations/swanlab/args.py:94, :114 and :127 (executed)
    """
    plan = subject.plan
    if not listed(plan, INTEGRATIONS + "swanlab.SwanLabPlugin"):
        return
    project, mode = plan.get("swanlab_project"), plan.get("swanlab_mode")
    switched = flag(plan.values["use_swanlab"]) if "use_swanlab" in plan else True
    empty = isinstance(project, str) and not project.strip()
    if empty or (switched and not project):
        message = "the SwanLabPlugin needs a swanlab_project: Axolotl refuses the config"
        fix = Fix({"swanlab_project": "axolotl"}, "safe", "swanlab_project: axolotl")
        yield self.finding(message, "swanlab_project", "use_swanlab", "plugins", plan=plan, fix=fix)
    if mode is not None and mode not in _MODES:
        message = f"swanlab_mode is none of {', '.join(_MODES)}: Axolotl refuses the config"
        fix = Fix({"swanlab_mode": "cloud"}, "safe", "swanlab_mode: cloud")
        yield self.finding(message, "swanlab_mode", plan=plan, fix=fix)
