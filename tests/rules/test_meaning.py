"""`explain`: every rule, key and word is told of; an unknown one names what is near, of whichever kind."""

from __future__ import annotations

import pytest

from tests.cli.command import run
from wizard.domain.errors import InputError
from wizard.domain.version import Version
from wizard.knowledge.axolotl.keys import keys
from wizard.knowledge.axolotl.versions import known, newest
from wizard.knowledge.help import glossary, topics
from wizard.output.text.meaning import meaning_lines
from wizard.rules.catalogue import ENTRIES
from wizard.rules.meaning import meaning, words
from wizard.session.explained import explained


@pytest.mark.parametrize("version", known(), ids=str)
def test_every_key_is_told_of(version: Version) -> None:
    for key in keys(version):
        found = meaning(key.path, version)
        assert found.key == key
        assert any(key.wanted() in line for line in meaning_lines(found, newest()))


def test_every_word_and_every_question_is_told_of() -> None:
    for term in glossary():
        assert meaning(term.name.upper(), newest()).term == term
    for topic in topics().values():
        found = meaning(topic.id, newest())
        assert topic.what in "\n".join(meaning_lines(found, newest())) or found.term is not None


def test_every_rule_keeps_its_code_and_name() -> None:
    for entry in ENTRIES:
        assert meaning(entry.code.lower(), newest()).rule == meaning(entry.name, newest()).rule


@pytest.mark.parametrize(
    ("word", "parts"),
    [
        ("sequence_len", ["takes: a whole number", "without it: 512", "on it", "MW430", "MW103", "What to take"]),
        ("lora", ["LoRA: Low-rank adaptation"]),
        ("qlora", ["QLoRA: LoRA beside"]),
        ("chat_template", ["chat template: The pattern", "'llama3'", "does not depend on it", "MW852"]),
        ("packing", ["sample packing: ", "sample_packing: a key", "true or false", "MW412"]),
        ("gradient-checkpointing", ["gradient_checkpointing: a key", "'offload_disk'"]),
        ("roles_to_train", ["datasets[].roles_to_train: a key", "test_datasets[].roles_to_train"]),
        ("muon", ["muon is a value of the key optimizer", "MW525"]),
        ("over", ["over: memwizard's word", "MW901 over (error)"]),
        ("cut_cross_entropy", ["plugin: it counts only beside axolotl.integrations.cut_cross_entropy"]),
    ],
)  # fmt: skip
def test_what_is_told(word: str, parts: list[str]) -> None:
    told = " ".join("\n".join(meaning_lines(meaning(word, newest()), newest())).split())
    assert [part for part in parts if part not in told] == []


def test_a_terminal_of_80_columns_holds_it() -> None:
    told = run("explain", "gradient", "checkpointing")
    assert told.code == 0
    assert max(len(line) for line in told.out.splitlines() if "https:" not in line) < 80


@pytest.mark.parametrize(
    ("word", "says"),
    [
        ("sequence_lem", "Did you mean the key 'sequence_len'?"),
        ("padding_of", "Did you mean the rule 'padding-off' or the word 'padding'?"),
        ("quantisation", "the word 'quantization'"),
        ("MW1033", "Did you mean the rule 'MW103'?"),
        ("how often is it saved", "Keys that tell of it: "),
    ],
)
def test_an_unknown_word_names_what_is_near(word: str, says: str) -> None:
    with pytest.raises(InputError) as refused:
        explained(word, newest())
    assert says in refused.value.message


def test_a_key_of_a_later_version_is_not_told_for_an_older_one() -> None:
    later = {key.path for key in keys(newest())} - {key.path for key in keys(known()[0])}
    one = sorted(path for path in later if "." not in path)[0]
    assert run("explain", one, "--axolotl", str(newest())).code == 0
    assert f"called '{one}'" in run("explain", one, "--axolotl", str(known()[0])).refusal()


def test_each_of_them_is_offered_by_the_shell() -> None:
    assert {"MW102", "padding-off", "sequence_len", "trl.beta", "QLoRA"} <= set(words(newest()))
