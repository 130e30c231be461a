"""Files of people's slips: what Axolotl takes and dies of afterwards, as crashes.yml beside this has them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import yaml

from scripts.runs.case import Case
from wizard.domain.plan import REMOVE, Plan
from wizard.domain.version import Version
from wizard.knowledge.axolotl.versions import nearest, newest
from wizard.knowledge.gpus import named_machine
from wizard.knowledge.models.catalogue import built, find
from wizard.review import codes, review, stopping

_GPU = "h100-80gb"


def crashes(version: Version | None = None) -> Iterator[Case]:
    """Each file as it is written, which `generate` would not write, and what is told of it for this Axolotl."""
    written = yaml.safe_load((Path(__file__).parent / "crashes.yml").read_text(encoding="utf-8"))
    base, machine = Plan(written["base"]).for_axolotl(version), named_machine(_GPU)
    late = written["newest"] if version is None or nearest(version) == newest() else {}
    for name, changes in {**written["cases"], **late}.items():
        plan = base.changed({key: REMOVE if value is None else value for key, value in changes.items()})
        base_model = str(plan.get("base_model"))
        judged = review(plan, built(base_model) if find(base_model) else None, machine)
        told = tuple(sorted(codes(stopping(judged.findings))))
        config = yaml.safe_load(yaml.safe_dump(dict(plan.values)))
        yield Case(("crash", name), config, machine, told, model=written["models"].get(base_model))
