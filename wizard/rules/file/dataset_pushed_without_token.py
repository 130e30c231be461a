"""MW851."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.domain.finding import Finding, Fix
from wizard.domain.values import on
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW851",
    "dataset-pushed-without-token",
    "error",
    fix="unsafe",
    keys=("push_dataset_to_hub",),
    quotes="Require cfg.hf_use_auth_token to be True for push_dataset_to_hub",
)
def dataset_pushed_without_token(self: Rule, subject: Subject) -> Iterator[Finding]:
    """`push_dataset_to_hub` without `hf_use_auth_token: true`.

    What it checks
        `push_dataset_to_hub` names a data set, and `hf_use_auth_token` is not true.

    Why it matters
        A data set is pushed under your name, so Axolotl wants to be told to use your token, and refuses the file.

    Example
        Bad:
            push_dataset_to_hub: me/data

        Good:
            push_dataset_to_hub: me/data
            hf_use_auth_token: true

    Fix
        `hf_use_auth_token: true`. Not safe: the prepared data is published then.

    Source
        axolotl 0.19.0 utils/schemas/validation.py:109 (executed, 0.21.0 the same)
    """
    plan = subject.plan
    if plan.get("push_dataset_to_hub") and plan.get("hf_use_auth_token") is not True:
        said = "" if on(plan.get("hf_use_auth_token")) else ", which is not there"
        message = f"push_dataset_to_hub needs hf_use_auth_token: true{said}: Axolotl refuses the file"
        fix = Fix({"hf_use_auth_token": True}, "unsafe", "hf_use_auth_token: true")
        yield self.finding(message, "push_dataset_to_hub", "hf_use_auth_token", plan=plan, fix=fix)
