"""Distillation by Axolotl's plugin: the settings and the rows that it can't train with.

Source: axolotl 0.19.0 and 0.21.0 integrations/kd/{__init__,trainer,collator_online_teacher}.py,
integrations/kd/kernels/liger.py:428-445, core/builders/causal.py (build_collator).
"""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import dataset_types as loading
from wizard.axolotl import datasets, plugins, preference
from wizard.domain.plan import Plan
from wizard.domain.values import integer, number
from wizard.knowledge.axolotl.dataset_types import dataset_types
from wizard.knowledge.axolotl.versions import of_plan

PLUGIN = plugins.INTEGRATIONS + "kd.KDPlugin"
_SHARES = ("kd_ce_alpha", "kd_alpha")


def stops(plan: Plan) -> Iterator[tuple[str, str]]:
    """What a run with the plugin dies of, each with the key that says it; nothing without the plugin."""
    if not plugins.listed(plan, PLUGIN):
        return
    if not plan.get("kd_trainer"):
        if preference.rl(plan) is None:
            yield "plugins", "the plugin is loaded without kd_trainer, and takes the collator away"
        return
    if preference.rl(plan) is not None:
        yield "kd_trainer", "its trainer takes the place of the preference method's, and gets no model"
        return
    yield from _numbers(plan)
    yield from _rows(plan)


def _numbers(plan: Plan) -> Iterator[tuple[str, str]]:
    for key in _SHARES:
        share = plan.get(key)
        if share is None:
            yield key, "it is not written, and the loss compares it"
        elif not 0 <= number(share, 0.0) <= 1:
            yield key, f"{plan.shown(key)} is no share of the loss, from 0 to 1"
    heat = plan.get("kd_temperature")
    if heat is None:
        yield "kd_temperature", "it is not written, and the loss compares it"
    elif number(heat, 1.0) <= 0:
        yield "kd_temperature", f"{plan.shown('kd_temperature')} is not above 0"
    if plan.get("kd_online_server_base_url") and integer(plan.get("kd_online_topk"), 0) <= 0:
        yield "kd_online_topk", "a teacher's server is asked for that many tokens, 1 or more"


def _rows(plan: Plan) -> Iterator[tuple[str, str]]:
    """Types of Axolotl's own that bring nothing of a teacher; functions of the person's may."""
    if plan.get("kd_online_server_base_url"):
        return
    types = dataset_types(of_plan(plan))
    for entry in datasets.entries(plan, "datasets"):
        name = entry.type
        own = isinstance(name, dict) or (isinstance(name, str) and loading.answer(types, "supervised", name) == "loads")
        if own:
            path = entry.path("type")
            yield (
                path,
                f"rows of {name if isinstance(name, str) else 'this type'} bring no log-probabilities of a teacher",
            )
