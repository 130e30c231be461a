"""Which chat template a plan takes for conversations, and what goes with it: `eot_tokens`, `tokens`."""

from __future__ import annotations

from collections.abc import Mapping

from wizard.axolotl import image_turns, rewards, turns
from wizard.axolotl.forms.answer import Detected
from wizard.axolotl.packing import with_evaluation
from wizard.domain.model import Model
from wizard.domain.plan import REMOVE, Plan
from wizard.domain.plan import changes as differing
from wizard.knowledge.axolotl.templates import DEFAULT, family_template, texts_of_templates

COMMON = "chatml"
"""What a model gets that has no template, and of whose family Axolotl brings none."""


def suited(plan: Plan) -> dict[str, object]:
    """The fields that conversations ask of a plan with this base model; nothing where a template is named already.

    A base model whose tokenizer has no template gets its family's: without one Axolotl stops. Where turns end with
    another token than the eos, that is named: else the model does not learn to stop.
    """
    if turns.chat_template(plan) is not None or plan.get("chat_template_jinja"):
        return {}
    if turns.known(plan) is None and image_turns.usual(plan) is None:
        return {}
    return with_template(plan, own_name(plan))


def own_name(plan: Plan) -> str:
    """The tokenizer's own template; where it is known to have none, that of its family, else the most common. With
    images the one by which Axolotl tells turns apart.
    """
    if (seen := image_turns.usual(plan)) is not None:
        return seen
    own = turns.known(plan)
    if own is None or own.end != "":
        return DEFAULT
    return family_template(str(plan.get("base_model"))) or COMMON


def with_template(plan: Plan, name: str) -> dict[str, object]:
    """The fields that differ where a plan takes a template of this name."""
    own, brought = turns.known(plan), texts_of_templates().get(name)
    end = brought.end if brought is not None else own.end if own is not None and name == DEFAULT else None
    changes: dict[str, object] = {"chat_template": REMOVE if name == DEFAULT else name}
    eos = turns.eos(plan)
    changes["eot_tokens"] = [end] if end and eos is not None and end != eos else REMOVE
    lacking = [end] if end and own is not None and end in own.lacks else []
    if brought is not None and own is not None:
        lacking = sorted({*lacking, *(own.lacks & brought.marks)})
    written = plan.get("tokens")
    added = written if isinstance(written, list) else []
    if lacking and not {*lacking} <= turns.added(plan):
        changes["tokens"] = [*added, *(one for one in lacking if one not in added)]
    return differing(plan, plan.changed(changes))


def takes_in(found: Detected, model: Model | None) -> bool:
    """Whether a model reads what rows have beside texts: sees their images, hears their sound. An unknown one may."""
    return model is None or (model.hears if found.heard else model.multimodal)


def lost(found: Detected, model: Model | None, place: str, name: object) -> str:
    """That images or sound of the rows in a place are lost on a model; empty where they are not."""
    if "processor_type" not in found.settings or takes_in(found, model):
        return ""
    if not found.heard:
        return f"the images of {place} are not seen: {name} reads text alone"
    reads = "sees, and hears nothing" if model is not None and model.multimodal else "reads text alone"
    return f"the sound of {place} is not heard: {name} {reads}"


def beside(found: Detected, plan: Plan, model: Model | None) -> dict[str, object]:
    """The keys of a plan that rows of a form ask for beside their entry."""
    asked = with_evaluation(found.settings, plan) if takes_in(found, model) else {}
    if is_conversation(found.entry):
        asked = {**asked, **suited(plan.changed(asked))}
    asked |= rewards.without(plan, found.unread)
    return differing(plan, plan.changed(asked))


def is_conversation(entry: Mapping[str, object]) -> bool:
    """Whether a chat template marks the rows of an entry."""
    kind = entry.get("type")
    return isinstance(kind, str) and kind.removeprefix("bradley_terry.").partition(".")[0] == "chat_template"


def for_model(plan: Plan, name: str) -> Plan:
    """The plan with another base model, and with the template that this one's conversations ask for."""
    other = plan.changed({"base_model": name})
    return other.changed(following(plan, other))


_FIELDS = ("chat_template", "eot_tokens", "tokens")


def following(before: Plan, after: Plan) -> dict[str, object]:
    """What of a plan's template follows to another base model: all where it is as it suited the one before.

    The tokenizer's own is no other template where it is written out, and stays so while there is one.
    """
    listed = before.get("datasets")
    talks = isinstance(listed, list) and any(isinstance(one, Mapping) and is_conversation(one) for one in listed)
    bare = dict.fromkeys(_FIELDS, REMOVE)
    written = before.get("chat_template") == DEFAULT
    plain = before.changed({"chat_template": REMOVE}) if written else before
    if not talks or plain.changed({**bare, **suited(plain.changed(bare))}) != plain:
        return {}
    wanted = after.changed({**bare, **suited(after.changed(bare))})
    if written and wanted.get("chat_template") is None:
        wanted = wanted.changed({"chat_template": DEFAULT})
    return differing(after, wanted)
