"""How the conversations of a plan are marked: the template's text from Axolotl, the file or the model's own files."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from wizard.axolotl import turns
from wizard.data.seen import Marking
from wizard.domain.plan import Plan
from wizard.knowledge.axolotl.templates import DEFAULT, FALLBACK, family_template, source_of_template
from wizard.world import jinja
from wizard.world.tokenizer_settings import TokenizerSettings, read, tokenizer_settings


def marking(plan: Plan, entry: Mapping[str, object], folder: Path | None = None) -> Marking:
    """The template that an entry's rows are rendered with. `folder`: where the config lies."""
    own = tokenizer_settings(str(plan.get("tokenizer_config") or plan.get("base_model") or ""), folder)
    eos = turns.eos(plan) or own.eos
    text, says = _template(plan, entry, own)
    if text is None:
        return Marking(eos=eos, says=says)
    render, why = jinja.renderer(text, {"eos_token": eos or "", "bos_token": own.bos or ""})
    if render is None:
        return Marking(eos=eos, says=why)
    known = turns.template_of(plan, entry)
    marks = frozenset(filter(None, (eos, *(known.marks if known else ()), known.end if known else None)))
    return Marking(render, jinja.message_keys(text), marks, eos, says=says)


def _template(plan: Plan, entry: Mapping[str, object], own: TokenizerSettings) -> tuple[str | None, str]:
    """The text of the template, None where it is not known; and which one it is, or why there is none."""
    name = turns.name_of(plan, entry)
    if name == "jinja":
        written = str(entry.get("chat_template_jinja") or plan.get("chat_template_jinja") or "")
        return read(Path(os.path.expanduser(written))) or written or None, "marks of the file's template"
    if name == DEFAULT or name.startswith(FALLBACK):
        if own.template is not None:
            return own.template, "the model's own marks"
        near = family_template(str(plan.get("base_model"))) if name == DEFAULT else None
        if near is not None:
            return source_of_template(near), f"marks of {near}: the model's are not here"
        if name == DEFAULT:
            return None, "the model's own marks are not here"
    brought = source_of_template(name)
    return brought, f"marks of {name.removeprefix(FALLBACK)}" if brought else f"there is no template {name}"
