"""Files of people's slips: what Axolotl takes and dies of afterwards, as crashes.yml beside this has them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import yaml

from scripts.runs.case import Case
from wizard.domain.plan import REMOVE, Plan
from wizard.knowledge.gpus import named_machine
from wizard.knowledge.models.catalogue import built
from wizard.review import review
from wizard.rules.catalogue import every_rule

_GPU = "h100-80gb"


def crashes() -> Iterator[Case]:
    """Each file as it is written, which `generate` would not write."""
    written = yaml.safe_load((Path(__file__).parent / "crashes.yml").read_text(encoding="utf-8"))
    dying = {rule.code for rule in every_rule() if rule.crashes}
    base, machine = Plan(written["base"]), named_machine(_GPU)
    for name, changes in written["cases"].items():
        plan = base.changed({key: REMOVE if value is None else value for key, value in changes.items()})
        judged = review(plan, built(str(plan.get("base_model"))), machine)
        found = (one for one in judged.findings if one.severity == "error" or one.code in dying)
        told = {one.code for one in found if not one.on_memory}
        yield Case(("crash", name), yaml.safe_load(yaml.safe_dump(dict(plan.values))), machine, tuple(sorted(told)))
