"""Groups of answers by version and GPUs; what a run with a teacher dies of; what of an entry is lost or told twice."""

from __future__ import annotations

import pytest

from wizard.axolotl import datasets, distillation
from wizard.axolotl.batch import Groups, groups
from wizard.domain.plan import Plan
from wizard.domain.version import Version

Written = dict[str, object]
SIX: Written = {"micro_batch_size": 2, "gradient_accumulation_steps": 3}


@pytest.mark.parametrize(
    ("trl", "more", "minor", "expected"),
    [
        (
            {"num_generations": 4},
            {"micro_batch_size": 2, "gradient_accumulation_steps": 3},
            21,
            Groups(4, 12, False, 4),
        ),
        ({"num_generations": 4}, {"micro_batch_size": 2, "gradient_accumulation_steps": 3}, 19, Groups(4, 6, False, 2)),
        ({"num_generations": 4}, {}, 21, Groups(4, 2, False, 2)),
        ({"num_generations": 4, "generation_batch_size": 8}, {"micro_batch_size": 2}, 21, Groups(4, 8, True)),
        ({"num_generations": 4, "generation_batch_size": "many"}, {}, 21, None),
        ({"num_generations": 4.5}, {}, 21, None),
        ({"num_generations": "4"}, {}, 21, None),
        ({}, {}, 21, None),
        ({"num_generations": 4}, {"micro_batch_size": [2]}, 21, None),
        ({"num_generations": 4}, {"gradient_accumulation_steps": "x"}, 21, None),
        ({"num_generations": 4}, {"rl": "dpo"}, 21, None),
    ],
)
def test_groups_of_answers(trl: Written, more: Written, minor: int, expected: Groups | None) -> None:
    assert groups(Plan({"rl": "grpo", "trl": trl, **more}, axolotl=Version(0, minor)), 2) == expected


TAUGHT: Written = {"plugins": [distillation.PLUGIN], "kd_trainer": True, "kd_ce_alpha": 0.1, "kd_alpha": 0.9,
                   "kd_temperature": 1.0}  # fmt: skip
SERVED: Written = {"kd_online_server_base_url": "http://teacher", "kd_online_topk": 5}


@pytest.mark.parametrize(
    ("more", "keys"),
    [
        ({}, []),
        ({"plugins": []}, []),
        ({"kd_trainer": False}, ["plugins"]),
        ({"kd_trainer": False, "rl": "dpo"}, []),
        ({"rl": "dpo"}, ["kd_trainer"]),
        ({"kd_ce_alpha": None, "kd_temperature": None}, ["kd_ce_alpha", "kd_temperature"]),
        ({"kd_alpha": 1.1}, ["kd_alpha"]),
        ({"kd_alpha": -0.1}, ["kd_alpha"]),
        ({"kd_alpha": 0, "kd_ce_alpha": 1}, []),
        ({"kd_temperature": 0}, ["kd_temperature"]),
        (SERVED, []),
        ({**SERVED, "kd_online_topk": 0}, ["kd_online_topk"]),
        ({"datasets": [{"path": "a", "type": "alpaca"}]}, ["datasets[0].type"]),
        ({"datasets": [{"path": "a", "type": {"field_output": "a"}}]}, ["datasets[0].type"]),
        ({"datasets": [{"path": "a", "type": "alpaca"}], **SERVED}, []),
        ({"datasets": [{"path": "a", "type": "my.own"}]}, []),
    ],
)
def test_what_a_run_with_a_teacher_dies_of(more: Written, keys: list[str]) -> None:
    assert [key for key, _ in distillation.stops(Plan({**TAUGHT, **more}))] == keys


@pytest.mark.parametrize(
    ("values", "clash"),
    [
        ({"message_field_role": "from", "message_property_mappings": {"role": "who"}}, True),
        ({"message_field_role": "from", "message_property_mappings": {"role": "from"}}, False),
        ({"message_field_role": "from", "message_property_mappings": {"content": "value"}}, False),
        ({"message_field_content": "a", "message_property_mappings": {"content": "value"}}, True),
        ({"message_field_role": "from"}, False),
    ],
)
def test_two_names_of_one_column(values: Written, clash: bool) -> None:
    assert (datasets.conflict(values) is not None) == clash


@pytest.mark.parametrize(
    ("plan", "lost"),
    [
        ({"ds_type": "json", "path": "a.jsonl"}, False),
        ({"ds_type": "csv", "path": "a.jsonl"}, True),
        ({"roles": {"user": ["user"]}}, False),
        ({"roles": {"user": ["human"]}}, True),
        ({"roles": "x"}, True),
        ({"message_property_mappings": {"role": "role"}}, False),
        ({"message_property_mappings": {"role": "from"}}, True),
        ({"message_property_mappings": "x"}, True),
        ({"message_field_role": "role"}, False),
        ({"roles_to_train": ["gpt"]}, False),
        ({"roles_to_train": ["user"]}, True),
        ({"chat_template": "tokenizer_default"}, False),
        ({"chat_template": "chatml"}, True),
        ({"shards": 0}, False),
        ({"shards": 2}, True),
    ],
)
def test_whether_something_is_lost_with_a_key(plan: Written, lost: bool) -> None:
    made = Plan({"datasets": [{"path": "a", **plan}]})
    assert datasets.matters(made, datasets.entries(made)[0], next(iter(plan))) == lost
