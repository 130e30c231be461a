"""Whose turn is whose in rows with images or sound: only where it can tell does Axolotl learn the answers alone.

Its collator of such rows does not look at the template's text: it finds turns by markers that it knows for some
templates by their names, for some architectures, or that `role_boundaries` names. Elsewhere all is learned, questions
too, whatever `train_on_inputs` says. Source: axolotl 0.19.0 to 0.21.0 processing_strategies.py
(`get_processing_strategy`, `_mask_non_assistant_keep`), docs/multimodal_assistant_mask.md.
"""

from __future__ import annotations

from wizard.axolotl import images, turns
from wizard.axolotl.base import architecture
from wizard.domain.plan import Plan
from wizard.domain.values import flag
from wizard.knowledge.axolotl.templates import knows_turns, template_of_images
from wizard.knowledge.axolotl.versions import of_plan


def usual(plan: Plan) -> str | None:
    """The template of Axolotl's for rows with images, by which it tells turns apart; None without images, or where it
    brings none for this base model.
    """
    kind = architecture(plan, None) if images.supervised(plan) else None
    return template_of_images(kind) if kind is not None else None


def learns_all(plan: Plan, kind: str | None) -> bool:
    """Whether questions are learned like answers, though nothing asks for it. `kind`: the base model's model_type."""
    if not images.supervised(plan) or flag(plan.get("train_on_inputs")) or plan.get("role_boundaries"):
        return False
    if flag(plan.get("tokenizer_use_mistral_common")):
        return False
    return not knows_turns(turns.chat_template(plan), kind, of_plan(plan))
