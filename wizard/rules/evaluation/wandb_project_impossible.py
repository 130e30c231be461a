"""MW769."""

from __future__ import annotations

import re
from collections.abc import Iterator

from wizard.domain.finding import Finding, Fix
from wizard.rules.registry import Rule, Subject, rule

_RESERVED = {"wandb_project": "/\\#?%:", "wandb_run_id": ":;,#?/'"}
"""What wandb refuses in each of them."""
_LONGEST = 128


@rule(
    "MW769",
    "wandb-project-impossible",
    "error",
    fix="unsafe",
    keys=("wandb_project", "wandb_run_id"),
    crashes=("Invalid project name", "Run ID cannot contain"),
)
def wandb_project_impossible(self: Rule, subject: Subject) -> Iterator[Finding]:
    """A project or run id that W&B does not take.

    What it checks
        `wandb_project` has none of `/ \\ # ? % :` and at most 128 characters; `wandb_run_id`, with a project, none of
        `: ; , # ? / '`.

    Why it matters
        Axolotl takes any text. W&B refuses it as training begins, after the rows were prepared and the model loaded
        ("Invalid project name ...: cannot contain characters"). An owner goes into `wandb_entity`.

    Example
        Bad:
            wandb_project: team/mine

        Good:
            wandb_project: mine

    Fix
        `-` in place of each of them. Not safe: the log goes to another project.

    Source
        wandb 0.31 sdk/wandb_settings.py validate_project, validate_run_id; axolotl 0.21.0 (trained with on a CPU)
    """
    plan = subject.plan
    if not plan.get("wandb_project"):
        return
    for key, reserved in _RESERVED.items():
        written = plan.get(key)
        if not isinstance(written, str):
            continue
        long = key == "wandb_project" and len(written) > _LONGEST
        if not long and not set(reserved) & set(written):
            continue
        why = f"is longer than {_LONGEST} characters" if long else f"has one of {' '.join(reserved)}"
        mended = re.sub(f"[{re.escape(reserved)}]+", "-", written).strip("-.")[:_LONGEST]
        fix = Fix({key: mended}, "unsafe", f"{key}: {mended}") if mended else None
        message = f"{key} {plan.shown(key)} {why}: W&B refuses it, and the run stops as training begins"
        yield self.finding(message, key, plan=plan, fix=fix)
