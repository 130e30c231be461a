"""How often it is saved and what stays; saved modules that a fused kernel runs; which training it is."""

from __future__ import annotations

from math import inf, nan

import pytest

from wizard.axolotl import datasets, row_keys
from wizard.axolotl.kinds import kind_of
from wizard.axolotl.saved_modules import Unhooked, lost
from wizard.axolotl.saving import keeps_best, saving
from wizard.domain.plan import Plan

Written = dict[str, object]


@pytest.mark.parametrize(
    ("written", "saves"),
    [
        ({}, 1),
        ({"num_epochs": 2.5}, 3),
        ({"num_epochs": 2, "save_first_step": True}, 3),
        ({"num_epochs": 0}, 1),
        ({"save_strategy": "epoch", "num_epochs": 3}, 3),
        ({"save_strategy": "no", "num_epochs": 3}, 0),
        ({"save_strategy": False, "num_epochs": 3}, 0),
        ({"save_strategy": "best"}, None),
        ({"saves_per_epoch": 2, "num_epochs": 3}, 6),
        ({"saves_per_epoch": 0.1, "num_epochs": 3}, 1),
        ({"saves_per_epoch": 1, "num_epochs": 3, "save_first_step": True}, 4),
        ({"save_steps": 0.25}, 4),
        ({"save_steps": 0.3, "save_first_step": True}, 5),
        ({"save_steps": 10, "max_steps": 25}, 3),
        ({"save_steps": 10, "max_steps": 30, "save_first_step": True}, 4),
        ({"save_steps": 1, "max_steps": 3}, 3),
        ({"save_steps": 10}, None),
        ({"max_steps": 10}, None),
    ],
)
def test_how_many_checkpoints_a_run_writes(written: Written, saves: int | None) -> None:
    assert saving(Plan(written)).saves == saves


@pytest.mark.parametrize(
    ("written", "limit", "kept", "at_once"),
    [
        ({"save_steps": 10}, 4, 4, 5),
        ({"save_steps": 10, "save_total_limit": 2}, 2, 2, 3),
        ({"save_steps": 10, "save_total_limit": 1}, 1, 1, 2),
        ({"save_steps": 10, "save_total_limit": 1, "eval_steps": 5, "val_set_size": 0.1}, 2, 2, 3),
        ({"save_total_limit": 0}, 4, 1, 1),
        ({"save_total_limit": -1, "num_epochs": 9}, 9, 9, 9),
        ({"save_total_limit": -1, "save_steps": 10}, 4, 4, 5),
        ({"num_epochs": 9, "save_total_limit": 2}, 2, 2, 3),
        ({"num_epochs": 5}, 4, 4, 5),
        ({"save_strategy": "no"}, 4, 0, 0),
    ],
)
def test_how_many_stay(written: Written, limit: int, kept: int, at_once: int) -> None:
    told = saving(Plan(written))
    assert (told.limit, told.kept, told.at_once) == (limit, kept, at_once)


def test_a_checkpoint_of_the_model_alone_has_no_states() -> None:
    assert saving(Plan({})).states
    assert not saving(Plan({"save_only_model": True})).states


@pytest.mark.parametrize("value", [inf, -inf, nan, 1e-320, 1e308])
@pytest.mark.parametrize("key", ["save_total_limit", "num_epochs", "save_steps", "saves_per_epoch", "max_steps"])
def test_no_number_stops_it(key: str, value: float) -> None:
    for more in ({}, {"save_steps": 5}, {"max_steps": 5}, {"num_epochs": 2, "saves_per_epoch": 1}):
        told = saving(Plan({**more, key: value}))
        assert told.saves is None or told.saves >= 1
        assert told.limit >= 1


_EVALUATED: Written = {"val_set_size": 0.1}


@pytest.mark.parametrize(
    ("written", "best"),
    [
        ({**_EVALUATED, "save_steps": 10, "eval_steps": 5}, True),
        ({**_EVALUATED, "save_steps": 10, "eval_steps": 4}, False),
        ({**_EVALUATED, "save_steps": 1, "eval_steps": 1}, True),
        ({**_EVALUATED, "save_steps": 1, "eval_steps": 2, "saves_per_epoch": 1, "evals_per_epoch": 1}, False),
        ({**_EVALUATED, "saves_per_epoch": 2, "evals_per_epoch": 4}, True),
        ({**_EVALUATED, "saves_per_epoch": 1, "evals_per_epoch": 1}, True),
        ({**_EVALUATED, "saves_per_epoch": 4, "evals_per_epoch": 2}, False),
        ({**_EVALUATED, "saves_per_epoch": 2}, False),
        ({**_EVALUATED, "evals_per_epoch": 2}, False),
        ({**_EVALUATED, "save_steps": 10}, False),
        ({**_EVALUATED, "save_steps": 0.5, "eval_steps": 0.25}, True),
        ({"save_steps": 10, "eval_steps": 5}, False),
        ({**_EVALUATED, "save_steps": 10, "eval_steps": 5, "eval_strategy": "no"}, False),
        ({**_EVALUATED, "save_steps": 10, "eval_steps": 5, "load_best_model_at_end": False}, False),
        ({**_EVALUATED, "save_steps": 10, "eval_steps": 5, "load_best_model_at_end": False,
          "early_stopping_patience": 2}, True),
    ],
)  # fmt: skip
def test_whether_the_best_stays_beside_the_latest(written: Written, best: bool) -> None:
    assert keeps_best(Plan(written)) == best


_MLP, _QKV, _O, _FUSED = "lora_mlp_kernel", "lora_qkv_kernel", "lora_o_kernel", "flash_attn_fuse_mlp"


@pytest.mark.parametrize(
    ("kernels", "entries", "expected"),
    [
        ({_MLP: True}, ["mlp", "self_attn"], [("mlp", _MLP, False)]),
        ({_QKV: True}, ["self_attn.q_proj", "o_proj"], [("self_attn.q_proj", _QKV, False)]),
        ({_O: True}, ["o_proj"], [("o_proj", _O, False)]),
        ({_QKV: True, _O: True}, ["self_attn"], [("self_attn", _QKV, False)]),
        ({_MLP: True}, ["layers.3", "model", "lay*"],
         [("layers.3", _MLP, True), ("model", _MLP, True), ("lay*", _MLP, True)]),
        ({_MLP: True}, ["input_layernorm", "norm*"], []),
        ({_MLP: True}, ["*_proj", "[uv]p_proj", "ga?e_proj"],
         [("*_proj", _MLP, False), ("[uv]p_proj", _MLP, False), ("ga?e_proj", _MLP, False)]),
        ({_FUSED: True, _MLP: False}, ["up_proj", "layers", "q_proj"], [("up_proj", _FUSED, False)]),
        ({_MLP: False}, ["mlp", "layers"], []),
    ],
)  # fmt: skip
def test_saved_modules_that_a_kernel_runs(
    kernels: Written, entries: list[str], expected: list[tuple[str, str, bool]]
) -> None:
    plan = Plan({"adapter": "lora", "selective_checkpointing": {"save_modules": entries}, **kernels})
    assert lost(plan, 1) == [Unhooked(*one) for one in expected]


def test_without_an_adapter_no_kernel_of_lora_runs() -> None:
    assert lost(Plan({"selective_checkpointing": {"save_modules": ["mlp"]}, _MLP: True}), 1) == []


@pytest.mark.parametrize(
    ("written", "kind"),
    [
        ({}, "sft"),
        ({"datasets": [{"path": "a", "type": "alpaca"}]}, "sft"),
        ({"datasets": [{"path": "a", "type": "completion"}]}, "pretraining"),
        ({"datasets": [{"path": "a", "type": "completion"}, {"path": "b", "type": "alpaca"}]}, "sft"),
        ({"pretraining_dataset": [{"path": "a"}]}, "pretraining"),
        ({"pretraining_dataset": [{"path": "a"}], "datasets": [{"path": "a", "type": "alpaca"}]}, "sft"),
        ({"rl": "dpo"}, "dpo"),
        ({"rl": "dpo", "dpo_loss_type": ["ipo"]}, "ipo"),
        ({"rl": "dpo", "dpo_loss_type": "ipo"}, "ipo"),
        ({"rl": "dpo", "dpo_loss_type": ["ipo", "sigmoid"]}, "dpo"),
        ({"rl": "kto", "dpo_loss_type": ["ipo"]}, "kto"),
        ({"reward_model": True}, "reward"),
        ({"process_reward_model": True}, "process_reward"),
    ],
)
def test_which_training_a_plan_is_of(written: Written, kind: str) -> None:
    assert kind_of(Plan(written)) == kind


@pytest.mark.parametrize(
    ("more", "steps", "inside"),
    [
        ({}, ("field_output",), True),
        ({}, ("type", "field_output"), False),
        ({}, ("fieldoutput",), False),
        ({}, ("split",), False),
        ({"rl": "dpo"}, ("field_output",), False),
    ],
)
def test_a_key_of_the_entry_that_belongs_into_its_block(more: Written, steps: tuple[str, ...], inside: bool) -> None:
    plan = Plan({"datasets": [{"path": "d.jsonl"}], **more})
    assert row_keys.of_block(datasets.entries(plan)[0], steps) == inside
