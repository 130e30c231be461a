"""FSDP1 as version 2: each key under its new name, what has no counterpart, and what a person has to decide."""

from __future__ import annotations

import pytest

from wizard.domain.plan import REMOVE, Plan
from wizard.domain.version import Version
from wizard.rules.file._fsdp2 import as_fsdp2, is_old, old_keys, to_fsdp2, undecided, without_counterpart

WRAP = "TRANSFORMER_BASED_WRAP"


@pytest.mark.parametrize(
    ("written", "block"),
    [
        ({"fsdp": ["full_shard", "auto_wrap"], "fsdp_config": {"fsdp_sync_module_states": True}},
         {"auto_wrap_policy": WRAP, "reshard_after_forward": True}),
        ({"fsdp": ["shard_grad_op", "offload"], "fsdp_config": {"state_dict_type": "FULL_STATE_DICT"}},
         {"state_dict_type": "FULL_STATE_DICT", "offload_params": True, "reshard_after_forward": False}),
        ({"fsdp_config": {"sharding_strategy": "SHARD_GRAD_OP", "offload_params": False}, "fsdp": ["offload"]},
         {"reshard_after_forward": False, "offload_params": False}),
        ({"fsdp_config": {"sharding_strategy": 1, "version": 1, "fsdp_version": 1}}, {"reshard_after_forward": True}),
        ({"fsdp_config": {"sharding_strategy": 2}}, {"reshard_after_forward": False}),
        ({"fsdp_config": {"sharding_strategy": "HYBRID_SHARD_ZERO2"}}, {"reshard_after_forward": False}),
        ({"fsdp_config": {"sharding_strategy": "FULL_SHARD", "reshard_after_forward": False}},
         {"reshard_after_forward": False}),
        ({"fsdp_config": {"transformer_layer_cls_to_wrap": ["A", "B"], "min_num_params": 0}},
         {"transformer_layer_cls_to_wrap": "A,B"}),
        ({"fsdp_config": {"transformer_layer_cls_to_wrap": "A", "min_num_params": 10}},
         {"transformer_layer_cls_to_wrap": "A", "min_num_params": 10}),
        ({"fsdp_config": {"use_orig_params": True}}, {"reshard_after_forward": True}),
        ({"fsdp_config": {"cpu_ram_efficient_loading": True}, "fsdp_final_state_dict_type": "SHARDED_STATE_DICT"},
         {"cpu_ram_efficient_loading": True, "final_state_dict_type": "SHARDED_STATE_DICT"}),
    ],
)  # fmt: skip
def test_each_key_has_its_new_name(written: dict[str, object], block: dict[str, object]) -> None:
    plan = Plan(written, axolotl=Version(0, 19))
    assert as_fsdp2(plan).block == block
    changes = to_fsdp2(plan).changes
    gone = {key: REMOVE for key in written if key != "fsdp_config"}
    assert changes == {**gone, "fsdp_version": 2, "fsdp_config": block}
    assert set(old_keys(plan)) == written.keys()


@pytest.mark.parametrize(("strategy", "decides"), [
    ("full_shard", False), ("HYBRID_SHARD", True), ("hybrid_shard_zero2", True), (4, True), (5, True), (1, False),
])  # fmt: skip
def test_copies_on_each_node_are_a_persons_to_decide(strategy: object, decides: bool) -> None:
    fix = to_fsdp2(Plan({"fsdp_config": {"sharding_strategy": strategy}}))
    assert ("dp_replicate_size" in fix.decide) == decides


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"fsdp_config": {"sharding_strategy": "NO_SHARD"}}, "divides nothing"),
        ({"fsdp_config": {"sharding_strategy": 3}}, "divides nothing"),
        ({"fsdp": ["no_shard"]}, "divides nothing"),
        ({"fsdp": ["full_shard"], "deepspeed": "deepspeed_configs/zero3.json"}, "only one can be"),
        ({"fsdp": ["full_shard"], "base_model": "tiiuae/Falcon-7b"}, "no FSDP for Falcon"),
        ({"fsdp": ["full_shard"], "base_model": "a/b"}, ""),
    ],
)
def test_where_version_2_is_not_what_was_meant(more: dict[str, object], words: str) -> None:
    said = undecided(Plan(more))
    assert words in said
    assert bool(said) == bool(words)


def test_keys_without_a_counterpart_are_told_with_the_reason() -> None:
    plan = Plan({"fsdp_config": {"limit_all_gathers": True, "forward_prefetch": True, "offload_params": True}})
    assert as_fsdp2(plan).gone == ("limit_all_gathers", "forward_prefetch")
    assert without_counterpart(plan) == (
        "; without a counterpart: limit_all_gathers (FSDP2 limits them itself), forward_prefetch (FSDP2 prefetches"
        " itself)"
    )
    assert without_counterpart(Plan({"fsdp_config": {"offload_params": True}})) == ""


@pytest.mark.parametrize(
    ("written", "old"),
    [
        ({}, False),
        ({"fsdp_config": {}}, False),
        ({"fsdp_config": {"offload_params": True}}, True),
        ({"fsdp_version": 2, "fsdp_config": {"offload_params": True}}, False),
        ({"fsdp_version": 2, "fsdp_config": {"sharding_strategy": "FULL_SHARD"}}, True),
        ({"fsdp_version": 2, "fsdp_config": {"use_orig_params": True}}, True),
        ({"fsdp_version": 1, "fsdp_config": {"offload_params": True}}, True),
    ],
)
def test_what_is_written_for_version_1(written: dict[str, object], old: bool) -> None:
    assert is_old(Plan(written, axolotl=Version(0, 19))) == old
