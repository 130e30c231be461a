"""MW805."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.domain.finding import Finding, Fix
from wizard.domain.plan import REMOVE
from wizard.domain.text import in_yaml
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW805", "dataset-processes-renamed", "warning", fix="safe", keys=("dataset_processes",), quotes="dataset_processes"
)
def dataset_processes_renamed(self: Rule, subject: Subject) -> Iterator[Finding]:
    """`dataset_processes` is `dataset_num_proc` now.

    What it checks
        `dataset_processes` is set.

    Why it matters
        Axolotl still takes it, warns, and will stop taking it.

    Example
        Bad:
            dataset_processes: 4

        Good:
            dataset_num_proc: 4

    Fix
        The key takes its new name. Safe: the same happens.

    Source
        axolotl 0.19.0 utils/schemas/config.py:2147 (executed)
    """
    plan = subject.plan
    value = plan.get("dataset_processes")
    if "dataset_num_proc" in subject.written:
        fix = Fix({"dataset_processes": REMOVE}, "safe", "dataset_num_proc alone")
    else:
        fix = Fix(
            {"dataset_processes": REMOVE, "dataset_num_proc": value}, "safe", f"dataset_num_proc: {in_yaml(value)}"
        )
    yield self.finding(
        "dataset_processes is dataset_num_proc now: Axolotl warns of it", "dataset_processes", plan=plan, fix=fix
    )
