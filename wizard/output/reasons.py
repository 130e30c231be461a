"""Why each line of a written config is as it is, in a few words."""

from __future__ import annotations

from wizard.axolotl.deepspeed import own_adam
from wizard.domain.units import billions, gib
from wizard.knowledge.layout import reasons as templates
from wizard.knowledge.layout import reasons_unset
from wizard.knowledge.optimizers import optimizer
from wizard.review import Review

_PAGED = "pages its states to host memory under pressure"
_OWN_ADAM = "DeepSpeed's own Adam takes its place, in host memory"
_EIGHT = "states in 8 bits"
_FLASH = "keeps no attention scores; packed rows stay apart"
_ADAPTERS = {
    "lora": "trains a small adapter beside the frozen base",
    "qlora": "an adapter beside a 4-bit base",
}
SAID = {
    "model": r"[\d.]+[BMKT]? parameters",
    "adapter": "|".join(_ADAPTERS.values()),
    "trainable": r"(?:[\d,]+|its) parameters are trained",
    "rows": r"\d+",
    "precision": r"bf16 where the GPU has it|.+ has (?:no )?bf16 \(MW105\)",
    "attention": f"{_FLASH}|FlashAttention-2 needs compute capability 8.0; .+ has less",
    "optimizer": f"{_EIGHT}|{_PAGED}|{_OWN_ADAM}",
    "evaluation": r"needs [\d.,]+ \w+ at its worst",
}
"""By its name, every form of a fact, as a pattern: a comment of ours is known again by it."""


def reasons(review: Review) -> dict[str, str]:
    """A short comment for each field that memory or the machine decided."""
    facts = _facts(review)
    plan = review.plan
    found = {name: text for name, text in reasons_unset().items() if name in plan and plan.get(name) is None}
    for name, template in templates().items():
        value = review.plan.get(name)
        if value is None or (value is False and not template.startswith("{")):
            continue
        text = template.format_map(facts)
        if text:
            found[name] = text
    return found


def _facts(review: Review) -> dict[str, str]:
    now, model = review.effective, review.model
    rows = now.micro_batch * now.accumulation * now.sharding.data
    return {
        "model": f"{billions(model.parameters)} parameters" if model else "",
        "adapter": _adapter(review),
        "trainable": f"{review.estimate.trainable:,} parameters are trained" if review.estimate else "",
        "rows": str(rows),
        "precision": _precision(review),
        "attention": _attention(review),
        "optimizer": _optimizer(review),
        "evaluation": f"needs {gib(review.estimate.phases['eval'])} at its worst"
        if review.estimate and "eval" in review.estimate.phases
        else "",
    }


def _adapter(review: Review) -> str:
    return _ADAPTERS.get(review.effective.adapter or "", "")


def _precision(review: Review) -> str:
    machine = review.machine
    if machine is None or machine.bf16 is None:
        return "bf16 where the GPU has it"
    title = machine.title
    return f"{title} has bf16 (MW105)" if machine.bf16 else f"{title} has no bf16 (MW105)"


def _attention(review: Review) -> str:
    machine = review.machine
    if review.effective.attention == "flash":
        return _FLASH
    if machine is not None and machine.flash_attention_2 is False:
        return f"FlashAttention-2 needs compute capability 8.0; {machine.title} has less"
    return ""


def _optimizer(review: Review) -> str:
    if own_adam(review.plan, str(review.plan.get("optimizer"))):
        return _OWN_ADAM
    row = optimizer(review.effective.optimizer)
    if not row.known:
        return "its memory is not known here"
    if row.state_bytes == 1:
        return _EIGHT
    return _PAGED if row.paged else ""
