"""Step 4: length, batch, packing, optimizer, checkpointing, attention, loss."""

from __future__ import annotations

from collections.abc import Mapping

from wizard.axolotl import attention, checkpointing, fsdp, losses, packing
from wizard.axolotl.architectures import (
    HYBRID,
    UNPACKED,
    RunsOn,
    attention_changes,
    attention_failure,
    packing_failure,
    takes_hybrid,
)
from wizard.axolotl.deepspeed import own_adam
from wizard.domain.plan import REMOVE
from wizard.fit.division import optimizer_of
from wizard.fit.field_changes import CHECKPOINTING, loss_changes
from wizard.knowledge.axolotl.settings import attention as attention_facts
from wizard.questions.entries import real, shown, whole
from wizard.questions.question import Choice, Group, Option, Question, Situation, Step, TypedQuestion
from wizard.questions.schedule import SCHEDULE

_OPTIMIZERS = (
    ("adamw_torch_fused", "exact states: two numbers for each trained one"),
    ("adamw_bnb_8bit", "the same with states in 8 bits; embeddings stay exact"),
    ("paged_adamw_8bit", "8 bits, and paged to host memory under pressure"),
    ("adafactor", "almost no states; slower to settle, a large moment in its step"),
)

_OWN_ADAM = "DeepSpeed's own Adam takes its place: exact states, in host memory"


def _micro_batch(text: str, situation: Situation) -> Mapping[str, object]:
    changes = dict(whole("micro_batch_size", 1, 4096)(text, situation))
    if situation.plan.get("eval_batch_size") is not None:
        changes["eval_batch_size"] = changes["micro_batch_size"]
    return changes


def _optimizers(situation: Situation) -> tuple[Option, ...]:
    plan = situation.plan
    two = fsdp.has_block(plan) and fsdp.fsdp_version(plan) == 2
    named = [(optimizer_of(name, "fsdp2") if two else name, about) for name, about in _OPTIMIZERS]
    return tuple(
        Option(name, _OWN_ADAM if own_adam(plan, name) else about, {"optimizer": name}) for name, about in named
    )


def _optimizer_now(situation: Situation) -> int | None:
    named = situation.plan.get("optimizer", "adamw_torch_fused")
    names = [option.label for option in _optimizers(situation)]
    return names.index(str(named)) if named in names else None


def _place(situation: Situation) -> RunsOn | None:
    if situation.model is None:
        return None
    return RunsOn(situation.model, situation.plan.axolotl, situation.machine)


def _packing(situation: Situation) -> tuple[Option, ...]:
    if situation.plan.get("rl") is not None:
        return ()
    off = dict(UNPACKED)
    on: dict[str, object] = {"sample_packing": True, "eval_sample_packing": True, "pad_to_sequence_len": True}
    found = [Option("off", "each row is padded to the full length", off)]
    now = situation.plan.changed(on)
    place = _place(situation)
    if place is not None:
        off |= attention_changes(situation.plan.changed(off), place)
    fails = place is not None and packing_failure(now, place)
    if attention.packs(attention.implementation(now)) and not fails:
        found.insert(0, Option("on", "short rows share a full row: nothing is wasted on padding", on))
    return tuple(found)


def _packing_now(situation: Situation) -> int | None:
    label = "on" if packing.sample_packing(situation.plan) else "off"
    labels = [option.label for option in _packing(situation)]
    return labels.index(label) if label in labels else None


def _checkpointing(situation: Situation) -> tuple[Option, ...]:
    if fsdp.has_block(situation.plan):
        return ()
    found = [
        Option("on", "keeps one tensor a layer, computes the rest again: a third slower", CHECKPOINTING["on"]),
        Option("off", "keeps everything: fastest, most memory", CHECKPOINTING["off"]),
    ]
    if situation.plan.get("rl") is None:
        away = "what is kept waits in host memory: slower still"
        found.append(Option("on, offloaded", away, CHECKPOINTING["offloaded"]))
    return tuple(found)


def _checkpointing_now(situation: Situation) -> int | None:
    plan = situation.plan
    if not _checkpointing(situation):
        return None
    if not checkpointing.gradient_checkpointing(plan):
        return 1
    offloads = checkpointing.activation_offloading(plan) != "none"
    return (2 if plan.get("rl") is None else None) if offloads else 0


def _attentions(situation: Situation) -> tuple[Option, ...]:
    machine = situation.machine
    names = []
    if machine is None or machine.flash_attention_2 is not False:
        names.append(("flash_attention_2", "least memory; needs the flash-attn library and Ampere or later"))
    names += [
        ("sdpa", "PyTorch's own: nothing to install, no packing"),
        ("flex_attention", "PyTorch's compiled attention; goes with torch_compile"),
        ("eager", "keeps every score: grows with the square of the length"),
    ]
    found = [Option(name, about, _attention_change(name, situation)) for name, about in names]
    place = _place(situation)
    return tuple(
        one for one in found if place is None or not attention_failure(situation.plan.changed(one.changes), place)
    )


def _attention_change(name: str, situation: Situation) -> dict[str, object]:
    changes: dict[str, object] = {"attn_implementation": name}
    place = _place(situation)
    changes |= dict.fromkeys((*attention_facts().legacy, "gemma4_hybrid_attn_impl"), REMOVE)
    if place is not None and takes_hybrid(situation.plan.changed(changes), place):
        changes |= HYBRID
    changes = {key: value for key, value in changes.items() if value is not REMOVE or key in situation.plan}
    fails = place is not None and packing_failure(situation.plan.changed(changes), place)
    if packing.sample_packing(situation.plan) and (fails or not attention.packs(name)):
        changes |= UNPACKED
    return changes


def _attention_now(situation: Situation) -> int | None:
    names = [option.label for option in _attentions(situation)]
    named = attention.implementation(situation.plan) or "sdpa"
    return names.index(named) if named in names else None


_LOSSES = (
    ("plain", "plain", "makes every logit: 12 bytes for each token and word of the vocabulary"),
    ("liger", "Liger fused", "makes logits piece by piece; comes with Axolotl"),
    ("cut", "cut cross entropy", "makes none at all; needs Axolotl's fork of cut-cross-entropy"),
)


def _losses(situation: Situation) -> tuple[Option, ...]:
    if situation.plan.get("rl") is not None:
        return ()
    return tuple(
        Option(label, tells, loss_changes(situation.plan, name)) for name, label, tells in _reaching(situation)
    )


def _reaching(situation: Situation) -> list[tuple[str, str, str]]:
    """The losses that a model of this type can have."""
    return [one for one in _LOSSES if one[0] == "plain" or losses.reaches(one[0], situation.model)]


def _loss_now(situation: Situation) -> int | None:
    plan = situation.plan
    if plan.get("rl") is not None:
        return None
    if losses.chunked_cross_entropy(plan):
        return None
    liger = losses.liger_fused_linear_cross_entropy(plan)
    now = "cut" if losses.cut_cross_entropy(plan) else "liger" if liger else "plain"
    offered = [name for name, _, _ in _reaching(situation)]
    return offered.index(now) if now in offered else None


_ROWS: tuple[Question, ...] = (
    TypedQuestion(
        "length", "Longest row, in tokens", "sequence_len",
        "Longer rows are dropped, or cut where they are plain text. Activations and logits grow with it.",
        shown("sequence_len", 512), whole("sequence_len", 16, 4_000_000),
    ),
    TypedQuestion(
        "micro", "Rows on a GPU at once", "micro_batch_size",
        "Memory follows this number. When it does not fit, lower it and raise the accumulation.",
        shown("micro_batch_size", 1), _micro_batch, also=("eval_batch_size",),
    ),
    TypedQuestion(
        "accumulation", "Rounds per update", "gradient_accumulation_steps",
        "Gradients of so many rounds are added up: the effect of a larger batch at little memory.",
        shown("gradient_accumulation_steps", 1), whole("gradient_accumulation_steps", 1, 65536),
    ),
)  # fmt: skip
_LEARNING: tuple[Question, ...] = (
    TypedQuestion(
        "rate", "Learning rate", "learning_rate",
        "How large each update is. 0.0002 is usual for LoRA, 0.00001 to 0.00002 for a full fine-tune.",
        shown("learning_rate", 0.0002), real("learning_rate", 1e-9, 1.0),
    ),
    TypedQuestion(
        "epochs", "Passes over the data", "num_epochs",
        "How often the whole data set is seen. 1 to 3 is usual.",
        shown("num_epochs", 1), real("num_epochs", 0.01, 1000.0),
    ),
)  # fmt: skip
_COST: tuple[Question, ...] = (
    Choice(
        "checkpointing", "Gradient checkpointing", "gradient_checkpointing",
        "Instead of keeping every layer's tensors for the backward pass, keep one and compute the rest again.",
        _checkpointing, _checkpointing_now,
    ),
    Choice(
        "packing", "Sample packing", "sample_packing",
        "Puts several short rows into one full row. Memory is that of full rows either way.",
        _packing, _packing_now,
    ),
    Choice(
        "loss", "Loss", "cut_cross_entropy",
        "With a vocabulary of 150,000 words the logits can be the largest tensor of all. Fused losses never "
        "make them whole in training (evaluation does, whatever the loss).",
        _losses, _loss_now,
    ),
    Choice(
        "optimizer", "Optimizer", "optimizer",
        "AdamW keeps two numbers for each trained one. 8-bit versions keep them rounded.",
        _optimizers, _optimizer_now,
    ),
    Choice(
        "attention", "Attention", "attn_implementation",
        "How attention is computed. Flash attention keeps no scores and keeps packed rows apart.",
        _attentions, _attention_now,
    ),
)  # fmt: skip
BATCH = Step(
    "batch",
    "Batch",
    "How much at once?",
    (
        Group("Rows at once", _ROWS),
        Group("How it learns", _LEARNING),
        Group("Memory against speed", _COST),
        Group("Schedule and limits", SCHEDULE),
    ),
    more="schedule, warm-up, decay, limits, seed",
)
