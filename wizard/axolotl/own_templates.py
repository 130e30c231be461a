"""Where a file says its own chat template, `chat_template_jinja`, and data takes it from there.

Source: axolotl 0.21.0 utils/chat_templates/base.py:87-96, utils/config/__init__.py:535-545.
"""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import datasets, templates
from wizard.axolotl.turns import LISTS
from wizard.domain.plan import Plan


def used(plan: Plan) -> Iterator[tuple[str, str]]:
    """The template of one's own, text or path, of each place that data with a chat template takes it from."""
    marked = [one for one in datasets.entries(plan, *LISTS) if "chat_template" in str(one.type)]
    places = (
        [("chat_template_jinja", plan.values)] if any(not templates.names_one(one.values) for one in marked) else []
    )
    for key, values in [*places, *((one.path("chat_template_jinja"), one.values) for one in marked)]:
        written = values.get("chat_template_jinja")
        if isinstance(written, str) and written and values.get("chat_template") in (None, "jinja"):
            yield key, written
