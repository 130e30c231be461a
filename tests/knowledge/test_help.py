"""Help: a topic for every question, words that are explained, figures that are those of the estimate."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from scripts.glossary import PAGE, anchor, page
from wizard.domain.estimate import Component
from wizard.domain.plan import Plan
from wizard.domain.units import GIB
from wizard.knowledge.axolotl import fields
from wizard.knowledge.axolotl.versions import newest
from wizard.knowledge.help import GlossaryTerm, Topic, glossary, term, topic, topics
from wizard.knowledge.load import toml
from wizard.knowledge.models.catalogue import built
from wizard.knowledge.optimizers import optimizers
from wizard.memory import estimate
from wizard.memory.runtime import CONTEXT
from wizard.memory.weights import NF4_BYTES
from wizard.questions.steps import STEPS

QUESTIONS = [question for step in STEPS for question in step.questions]
OTHERS = {"machine": "", "preset": "", "model": "base_model", "target": ""}
TOPICS = list(topics().values())
TERMS = list(glossary())
LONGEST = 400
ASKED = (
    "GiB", "VRAM", "CUDA context", "fragmentation", "allocator", "peak", "phase", "activations", "gradients",
    "optimizer states", "logits", "weights", "temporaries", "token", "row", "sequence length", "batch", "micro batch",
    "gradient accumulation", "epoch", "learning rate", "loss", "evaluation", "checkpoint", "gradient checkpointing",
    "offloading", "sample packing", "padding", "attention", "FlashAttention", "LoRA", "QLoRA", "rank", "adapter",
    "full fine-tune", "quantization", "bf16", "fp16", "fp32", "fp8", "DoRA", "mixture of experts",
    "preference training", "DPO", "dataset", "chat template", "preset", "fits", "tight", "over", "unknown", "NVML",
    "compute capability", "Hugging Face id", "gated model", "Axolotl", "YAML",
)  # fmt: skip


def told(one: Topic) -> dict[str, str]:
    return {"what": one.what, "cost": one.cost, "axolotl": one.axolotl, "advice": one.advice}


def explained(one: GlossaryTerm) -> dict[str, str]:
    return {"short": one.short, "more": one.more} if one.more else {"short": one.short}


TEXTS = {f"{one.id}.{key}": text for one in TOPICS for key, text in told(one).items()} | {
    f"{one.name}.{key}": text for one in TERMS for key, text in explained(one).items()
}


def sentences(text: str) -> int:
    return len(re.findall(r"[.!?](?=\s|$)", text))


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question.id)
def test_every_question_has_a_topic(question: Any) -> None:
    found = topic(question.id)
    assert found is not None, f"{question.id} is missing in help.toml"
    assert found.field == question.field


def test_there_is_no_other_topic() -> None:
    assert [one.id for one in TOPICS] == [row["id"] for row in toml("help")["topic"]], "an id stands there twice"
    assert set(topics()) - {question.id for question in QUESTIONS} - set(OTHERS) == set(), "no question has this id"
    assert {name: found.field for name in OTHERS if (found := topic(name))} == OTHERS
    assert topic("nothing") is None


@pytest.mark.parametrize("one", TOPICS, ids=lambda one: one.id)
def test_a_topic_is_complete(one: Topic) -> None:
    assert all(told(one).values())
    assert one.source
    assert not one.field or fields.find(one.field.partition(".")[0], newest()), f"{one.field} is no field of Axolotl's"
    assert 1 <= sentences(one.what) <= 3
    assert sentences(one.advice) == 1


@pytest.mark.parametrize("name", TEXTS)
def test_a_text_can_be_shown(name: str) -> None:
    text = TEXTS[name]
    assert text.endswith("."), "a sentence ends with a full stop"
    assert len(text) <= LONGEST, f"{len(text)} characters"
    assert text == " ".join(text.split()), "the screen wraps, not the text"
    assert not set(text) & set("[]"), "the screen would take it as a style"
    assert text.count("`") % 2 == 0


@pytest.mark.parametrize("name", TEXTS)
def test_a_field_that_is_named_exists(name: str) -> None:
    for named in re.findall(r"`([a-z0-9_]+(?:_[a-z0-9]+)+)(?:: [^`]+)?`", TEXTS[name]):
        attention = toml("axolotl/settings")["attention"]
        inner = {"use_reentrant"}
        assert fields.find(named, newest()) or named in {
            *attention["packs"],
            *attention["legacy"],
            *optimizers(),
            *inner,
        }, named


@pytest.mark.parametrize("one", TOPICS, ids=lambda one: one.id)
def test_short_forms_are_explained(one: Topic) -> None:
    names = {"NVIDIA"}
    for word in set(re.findall(r"\b[A-Z]{2,}\w*\b", re.sub(r"`[^`]*`", "", one.what))) - names:
        assert term(word), f"{word} is not in the glossary"


def test_the_glossary_has_the_words_of_the_wizard() -> None:
    assert not [name for name in ASKED if term(name) is None]


def test_the_glossary_is_sorted_and_has_no_word_twice() -> None:
    names = [row["name"] for row in toml("glossary")["term"]]
    assert names == [one.name for one in TERMS], "sort glossary.toml by name"
    assert len({name.casefold() for name in names}) == len(names)


@pytest.mark.parametrize("one", TERMS, ids=lambda one: one.name)
def test_a_term_is_complete(one: GlossaryTerm) -> None:
    assert sentences(one.short) in (1, 2)
    assert one.see
    assert len(set(one.see)) == len(one.see)
    assert one.name not in one.see
    for name in one.see:
        found = term(name)
        assert found is None or found.name == name
        assert found or fields.find(name, newest()), f"{name} is neither a term nor a field of Axolotl's"


def test_a_term_is_found_in_any_case() -> None:
    assert term("gib") is term(" GIB ") is term("GiB") is not None
    assert term("no such word") is None


def test_the_page_is_that_of_the_glossary() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert text == page(), "run python -m scripts.glossary"
    headings = {anchor(name) for name in re.findall(r"^## (.+)$", text, flags=re.MULTILINE)}
    assert set(re.findall(r"\]\(#([^)]+)\)", text)) <= headings


LLAMA = "meta-llama/Llama-3.1-8B"
FULL = {
    "base_model": LLAMA,
    "bf16": "auto",
    "sequence_len": 2048,
    "micro_batch_size": 1,
    "gradient_accumulation_steps": 8,
    "attn_implementation": "flash_attention_2",
    "gradient_checkpointing": True,
}
LORA = FULL | {"adapter": "lora", "lora_r": 16, "lora_alpha": 32, "lora_target_linear": True}
QLORA = LORA | {"adapter": "qlora", "load_in_4bit": True}
ATTENTION = LORA | {"lora_target_linear": None, "lora_target_modules": ["q_proj", "k_proj", "v_proj", "o_proj"]}


def part(component: Component, plan: dict[str, Any], **changes: object) -> float:
    return estimate(Plan(plan | changes), built(LLAMA)).components[component] / GIB


def peak(plan: dict[str, Any], **changes: object) -> float:
    return estimate(Plan(plan | changes), built(LLAMA)).allocated.likely / GIB


def trained(plan: dict[str, Any]) -> float:
    """Millions of parameters."""
    return estimate(Plan(plan), built(LLAMA)).trainable / 1e6


def learning(plan: dict[str, Any]) -> float:
    """Adapter, gradients and optimizer states."""
    return part("adapter", plan) + part("gradients", plan) + part("optimizer", plan)


def each(plan: dict[str, Any]) -> float:
    """Bytes of all that for each trained parameter; the weights too in a full fine-tune."""
    weights = 0.0 if "adapter" in plan else part("weights", plan)
    return (weights + learning(plan)) * GIB / 1e6 / trained(plan)


FIGURES: tuple[tuple[str, str, Callable[[], float]], ...] = (
    ("machine.cost", "about {:.1f} GiB", lambda: CONTEXT.likely / GIB),
    ("machine.cost", "({:.1f} to", lambda: CONTEXT.low / GIB),
    ("machine.cost", "to {:.1f})", lambda: CONTEXT.high / GIB),
    ("CUDA context.more", "{:.1f} GiB", lambda: CONTEXT.likely / GIB),
    ("model.cost", "{:.0f} GiB for Llama 3.1 8B", lambda: part("weights", LORA)),
    ("model.cost", "{:.1f} GiB with QLoRA", lambda: part("weights", QLORA)),
    ("adapter.cost", "{:.0f} bytes a parameter", lambda: each(FULL)),
    ("full fine-tune.more", "{:.0f} bytes a parameter", lambda: each(FULL)),
    ("adapter.cost", "QLoRA {:.2f} in linear layers", lambda: NF4_BYTES),
    ("adapter.cost", "adds {:.0f}.", lambda: each(LORA)),
    ("rank.cost", "{:.0f} bytes each with AdamW", lambda: each(LORA)),
    ("rank.cost", "{:.0f} million parameters", lambda: trained(LORA)),
    ("rank.cost", "{:.1f} GiB", lambda: learning(LORA)),
    ("targets.cost", "{:.0f} million on all", lambda: trained(LORA)),
    ("targets.cost", "{:.0f} million on attention", lambda: trained(ATTENTION)),
    ("targets.cost", "AdamW {:.1f} or", lambda: learning(LORA)),
    ("targets.cost", "or {:.1f} GiB", lambda: learning(ATTENTION)),
    ("accumulation.cost", "({:.1f} in place", lambda: peak(FULL)),
    ("accumulation.cost", "of {:.1f} GiB", lambda: peak(FULL, gradient_accumulation_steps=1)),
    ("checkpointing.cost", "{:.1f} GiB in place", lambda: part("activations", QLORA)),
    ("checkpointing.cost", "of {:.1f} at the loss", lambda: part("activations", QLORA, gradient_checkpointing=False)),
    ("loss.cost", "{:.1f} GiB for one row", lambda: part("logits", QLORA)),
    ("loss.cost", "the {:,} entries", lambda: built(LLAMA).vocab),
    ("logits.more", "{:.1f} GiB for 2048 tokens", lambda: part("logits", QLORA)),
    ("optimizer.advice", "from {:.1f} to", lambda: part("optimizer", FULL)),
    ("optimizer.advice", "to {:.1f} GiB", lambda: part("optimizer", FULL, optimizer="adamw_bnb_8bit")),
    ("attention.cost", "{:.2f} GiB a layer", lambda: 6 * 32 * 2048**2 / GIB),
    ("QLoRA.more", "{:.2f} bytes", lambda: NF4_BYTES),
    ("width.short", "has {}.", lambda: built(LLAMA).hidden),
)


@pytest.mark.parametrize(("name", "says", "value"), FIGURES, ids=[f"{name}, {says}" for name, says, _ in FIGURES])
def test_a_figure_is_that_of_the_estimate(name: str, says: str, value: Callable[[], float]) -> None:
    assert says.format(value()) in TEXTS[name]
