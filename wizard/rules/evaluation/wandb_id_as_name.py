"""MW752."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.domain.finding import Finding, Fix
from wizard.domain.plan import REMOVE
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW752",
    "wandb-id-as-name",
    "warning",
    fix="unsafe",
    keys=("wandb_run_id",),
    quotes="wandb_run_id sets the ID of the run",
)
def wandb_id_as_name(self: Rule, subject: Subject) -> Iterator[Finding]:
    """`wandb_run_id` without `wandb_name`, which names the run.

    What it checks
        `wandb_run_id` is set, and `wandb_name` is not.

    Why it matters
        The id is what W&B knows a run by: a second run with it goes on in the first one's page. The name is another
        key, and Axolotl warns.

    Example
        Bad:
            wandb_project: mine
            wandb_run_id: first-try

        Good:
            wandb_project: mine
            wandb_name: first-try

    Fix
        `wandb_name` with that text in place of `wandb_run_id`. Not safe: an id may be meant, to go on with a run.

    Source
        axolotl 0.19.0 utils/schemas/integrations.py:88 (executed, 0.21.0 the same)
    """
    plan = subject.plan
    if plan.get("wandb_run_id") and not plan.get("wandb_name"):
        message = "wandb_run_id is the run's id, not its name: a second run with it goes on in the first one's page"
        changes = {"wandb_name": plan.get("wandb_run_id"), "wandb_run_id": REMOVE}
        fix = Fix(changes, "unsafe", "wandb_name instead")
        yield self.finding(message, "wandb_run_id", "wandb_name", plan=plan, fix=fix)
