"""Which template, and which ends of turns, conversations get with a model."""

from __future__ import annotations

import pytest

from wizard.axolotl.template_choice import following, suited, with_template
from wizard.domain.plan import REMOVE, Plan
from wizard.knowledge.axolotl.templates import family_template, source_of_template, texts_of_templates
from wizard.knowledge.load import toml

CHAT = {"datasets": [{"path": "a.jsonl", "type": "chat_template"}]}
LLAMA: dict[str, object] = {"chat_template": "llama3", "eot_tokens": ["<|eot_id|>"]}
GEMMA: dict[str, object] = {"eot_tokens": ["<end_of_turn>"]}
SUITED: dict[str, dict[str, object]] = {
    "Qwen/Qwen3-4B": {},
    "meta-llama/Llama-3.1-8B-Instruct": {},
    "meta-llama/Llama-3.1-8B": LLAMA,
    "google/gemma-3-1b-it": GEMMA,
    "google/gemma-2-2b": {"chat_template": "gemma"} | GEMMA,
    "google/gemma-3-4b-pt": {"chat_template": "gemma3"} | GEMMA,
    "google/gemma-4-31B": {"chat_template": "gemma4", "eot_tokens": ["<turn|>"]},
    "Qwen/Qwen3-8B-Base": {"eot_tokens": ["<|im_end|>"]},
    "nobody/knows": {},
}


@pytest.mark.parametrize("model", SUITED)
def test_a_base_model_gets_a_template_and_turns_that_end_otherwise_their_end(model: str) -> None:
    assert suited(Plan({"base_model": model})) == SUITED[model]


def test_a_template_that_is_named_stays() -> None:
    assert suited(Plan({"base_model": "google/gemma-2-2b", "chat_template": "chatml"})) == {}
    assert suited(Plan({"base_model": "google/gemma-2-2b", "chat_template_jinja": "{{ x }}"})) == {}


def test_another_template_brings_its_end_and_the_tokens_that_are_lacking() -> None:
    plan = Plan({"base_model": "google/gemma-2-2b", **SUITED["google/gemma-2-2b"]})
    taken = with_template(plan, "chatml")
    assert taken == {"chat_template": "chatml", "eot_tokens": ["<|im_end|>"], "tokens": ["<|im_end|>", "<|im_start|>"]}
    assert with_template(plan.changed({"chat_template": "chatml"}), "tokenizer_default")["chat_template"] is REMOVE


@pytest.mark.parametrize("model", ["zai-org/GLM-4.7-Flash", "zai-org/glm-4-9b-chat-hf"])
def test_a_tokenizer_that_has_no_end_of_a_template_gets_it(model: str) -> None:
    assert with_template(Plan({"base_model": model}), "chatml")["tokens"] == ["<|im_end|>", "<|im_start|>"]


def test_it_follows_to_another_model_only_where_it_was_the_suited_one() -> None:
    llama = Plan({"base_model": "meta-llama/Llama-3.1-8B", **LLAMA, **CHAT})
    qwen = llama.changed({"base_model": "Qwen/Qwen3-4B"})
    assert following(llama, qwen) == {"chat_template": REMOVE, "eot_tokens": REMOVE}
    back = qwen.changed(following(llama, qwen))
    assert (
        back.changed(following(back, back.changed({"base_model": "google/gemma-2-2b"}))).get("chat_template") == "gemma"
    )
    own = llama.changed({"chat_template": "chatml"})
    assert following(own, own.changed({"base_model": "Qwen/Qwen3-4B"})) == {}


def test_every_family_has_a_source_and_a_template_with_a_text() -> None:
    for row in toml("axolotl/templates")["families"]:
        assert row["source"]
        assert source_of_template(row["template"]) is not None
        assert row["template"] in texts_of_templates()
    assert family_template("nobody/knows") is None


def test_a_template_written_as_the_tokenizers_own_follows_as_if_it_were_not() -> None:
    talks = [{"path": "rows.jsonl", "type": "chat_template"}]
    chat = Plan({"base_model": "Qwen/Qwen3-8B", "chat_template": "tokenizer_default", "datasets": talks})
    base = chat.changed({"base_model": "meta-llama/Llama-3.1-8B"})
    assert following(chat, base)["chat_template"] == "llama3"
    assert following(chat, chat.changed({"base_model": "Qwen/Qwen3-4B"})) == {}
    chosen = chat.changed({"chat_template": "chatml", "base_model": "meta-llama/Llama-3.1-8B"})
    assert following(chosen, chosen.changed({"base_model": "Qwen/Qwen3-4B"})) == {}
