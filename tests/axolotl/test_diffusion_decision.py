"""What Axolotl's classes for `diffusion_decision` refuse, told by the key at fault; and what its plugin stops on."""

from __future__ import annotations

from math import inf, nan

import pytest

from wizard.axolotl.diffusion_decision import refusals, stop
from wizard.domain.plan import Plan

_FREE = {"mode": "free", "num_slots": 2, "free_update_policy": "argmax"}
REFUSED: list[tuple[dict[str, object], str]] = [
    ({"read_fraction": 1.1}, "read_fraction"),
    ({"read_fraction": -0.1}, "read_fraction"),
    ({"read_fraction": nan}, "read_fraction"),
    ({"max_image_size": 1401}, "max_image_size"),
    ({"max_image_size": 29}, "max_image_size"),
    ({"canvas_prefix_ids": [5, -1]}, "canvas_prefix_ids"),
    ({"mixture": {"weights": {"a": 1.0}, "temperature": 0.5}}, "mixture.weights"),
    ({"mixture": {"temperature": inf}}, "mixture.temperature"),
    ({"mixture": {"weights": {"a": 0}}}, "mixture.weights"),
    ({"mixture": {"weights": {"a": inf}}}, "mixture.weights"),
    ({"mixture": {"loss_weight": {"": 1.0}}}, "mixture.loss_weight"),
    ({"mixture": {"loss_weight": {"a": 1.0, "b": -1.0}}}, "mixture.loss_weight"),
    ({"mixture": {"max_examples_per_source": 0}}, "mixture.max_examples_per_source"),
    ({"mixture": {"max_examples_per_source": {"a": 1, "b": 0}}}, "mixture.max_examples_per_source"),
    ({"mixture": {"max_examples_per_source": {"": 1}}}, "mixture.max_examples_per_source"),
    ({"mixture": {"premixed": True}}, "mixture.premixed"),
    ({"mixture": {"premixed": True, "per_batch_stratified": False, "temperature": 0.5}}, "mixture.premixed"),
    ({"labels": {"brier_weight": inf}}, "labels.brier_weight"),
    ({"labels": {"hard_label_smoothing": 0.1, "full_ce_weighting": "dft"}}, "labels.hard_label_smoothing"),
    ({"latent": {"mode": "pad", "token_ids": [-1]}}, "latent.token_ids"),
    ({"latent": {"num_slots": 1}}, "latent.mode"),
    ({"latent": {"mode": "none", "token_ids": [3]}}, "latent.mode"),
    ({"latent": {"mode": "pad", "sample_num_slots": True}}, "latent.sample_num_slots"),
    ({"latent": {"sample_num_slots": True}}, "latent.sample_num_slots"),
    ({"latent": {"mode": "free", "num_slots": 2}}, "latent.free_update_policy"),
    ({"latent": {"mode": "pad", "num_slots": 2, "free_update_policy": "argmax"}}, "latent.free_update_policy"),
    ({"carry": {"enabled": True}}, "carry.enabled"),
]
TAKEN: list[dict[str, object]] = [
    {},
    {"read_fraction": 0, "max_image_size": 28, "canvas_prefix_ids": [0, 7]},
    {"read_fraction": 1, "max_image_size": 1400, "canvas_prefix_ids": []},
    {"mixture": {"weights": {"a": 0.1}, "loss_weight": {"a": 2}, "max_examples_per_source": 1}},
    {"mixture": {"temperature": 0.0, "max_examples_per_source": {"a": 1}}},
    {"mixture": {"premixed": True, "per_batch_stratified": False, "loss_weight": {"a": 1}}},
    {"labels": {"hard_label_smoothing": 0.1, "brier_weight": 0.0}},
    {"labels": {"hard_label_smoothing": 0.0, "full_ce_weighting": "dft"}},
    {"latent": {"mode": "none", "num_slots": 0, "token_ids": []}},
    {"latent": {"mode": "pinned", "num_slots": 1, "sample_num_slots": True, "token_ids": [0]}},
    {"latent": _FREE},
    {"carry": {"enabled": False}},
]


@pytest.mark.parametrize(("block", "key"), REFUSED)
def test_what_contradicts_itself_is_told_once_by_its_key(block: dict[str, object], key: str) -> None:
    told = refusals(Plan({"diffusion_decision": block}))
    assert [".".join(one.keys) for one in told] == [key]


@pytest.mark.parametrize("block", TAKEN)
def test_nothing_is_said_of_what_axolotl_takes(block: dict[str, object]) -> None:
    assert refusals(Plan({"diffusion_decision": block})) == []


@pytest.mark.parametrize(
    ("around", "words"),
    [
        ({"diffusion_lm": None}, "without diffusion_lm"),
        ({"diffusion_lm": {"from_causal_lm": True}}, "from_causal_lm"),
        ({}, None),
        ({"micro_batch_size": 4}, None),
        ({"batch_flattening": False, "micro_batch_size": 2}, "several rows"),
        ({"batch_flattening": False, "micro_batch_size": 1}, None),
        ({"sample_packing": True, "micro_batch_size": 1}, "no sequence_len or micro_batch_size"),
        ({"sample_packing": True, "sequence_len": 1}, "no sequence_len or micro_batch_size"),
        ({"sample_packing": True, "sequence_len": 1, "micro_batch_size": 1}, None),
        ({"batch_flattening": True, "micro_batch_size": 2}, "no sequence_len or micro_batch_size"),
        ({"batch_flattening": True, "micro_batch_size": 2, "sequence_len": 512}, None),
    ],
)
def test_what_stops_the_plugin(around: dict[str, object], words: str | None) -> None:
    told = stop(Plan({"diffusion_decision": {}, "diffusion_lm": {}, **around}))
    assert (told is None) if words is None else words in (told or "")
