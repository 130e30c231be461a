"""Readers of blocks at their edges: RoPE settings, entries of datasets, losses without effect."""

from __future__ import annotations

import pytest

from wizard.axolotl.datasets import entries, kind, misfits
from wizard.axolotl.losses import loss
from wizard.axolotl.rope import replaced
from wizard.domain.plan import Plan
from wizard.knowledge.axolotl.settings import loss_plugins, without_loss
from wizard.knowledge.models.catalogue import built, catalogue


@pytest.mark.parametrize(
    ("block", "why"),
    [
        ("linear", "is no block with rope_type and rope_theta"),
        ({"rope_type": "yarm", "rope_theta": 1e6}, "yarm. Did you mean 'yarn'?"),
        ({"rope_type": "longrope"}, "has no short_factor and long_factor and rope_theta"),
        ({"rope_type": "default", "rope_theta": 1e6}, ""),
    ],
)
def test_rope_settings_that_build_no_model(block: object, why: str) -> None:
    plan = Plan({"overrides_of_model_config": {"rope_scaling": block}})
    found = [one.why for one in replaced(plan, "llama")]
    assert len(found) == bool(why)
    assert all(one.endswith(why) for one in found)
    assert not list(replaced(plan, "gemma3")), "its block has one for each kind of layer"


def test_what_of_an_entry_is_no_block() -> None:
    plan = Plan({"test_datasets": ["rows.jsonl", {"path": "a", "message_property_mappings": "role"}]})
    first, second = misfits(plan, "test_datasets")
    assert (first.steps, second.steps) == ((0,), (1, "message_property_mappings"))
    assert misfits(Plan({"test_datasets": [{"path": "a", "type": "alpaca"}]}), "test_datasets") == []


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"datasets": [{"path": "a"}]}, "in a dataset of supervised training"),
        ({"datasets": [{"path": "a"}], "rl": "dpo"}, "in a dataset of rl: dpo"),
        ({"datasets": [{"path": "a"}], "rl": "orpo"}, "in a dataset of rl: orpo"),
        ({"pretraining_dataset": [{"path": "a"}]}, "in this entry of pretraining_dataset"),
        ({"datasets": [{"path": "a", "type": "_synthetic"}]}, "where it reads this entry as SyntheticDataset"),
    ],
)
def test_for_which_training_an_entry_is_read(values: dict[str, object], said: str) -> None:
    plan = Plan(values)
    (entry,) = entries(plan)
    assert kind(plan, entry).startswith(said)


@pytest.mark.parametrize(("key", "name"), [("cut_cross_entropy", "cut"), ("liger_fused_linear_cross_entropy", "liger")])
def test_a_fused_loss_without_its_plugin_or_of_another_architecture_has_no_effect(key: str, name: str) -> None:
    noted: list[str] = []
    assert loss(Plan({key: True}), None, noted) == "plain"
    assert noted == [f"{key} has no effect: its plugin is not in `plugins`"]
    plan = Plan({key: True, "plugins": [loss_plugins()[key]]})
    assert loss(plan, None, []) == name
    missed = [*without_loss(name, "skipped"), *without_loss(name, "stops")]
    model = next(built(one) for one in catalogue() if built(one).architecture in missed)
    assert loss(plan, model, noted) == "plain"
    assert noted[1].startswith(key)
    assert model.architecture in noted[1]
