"""The JSON Schema agrees with the real validators: what is refused for its shape, and what is taken."""

from __future__ import annotations

import copy
from functools import cache
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from tests.conformance.generate import Case
from tests.conformance.judged import Answer, changed_inside, drawn, recorded
from tests.rules.examples import BASE
from wizard.domain.version import Version
from wizard.knowledge.axolotl.fields import data
from wizard.knowledge.axolotl.keys import keys
from wizard.knowledge.axolotl.versions import known, newest
from wizard.output.schema.document import schema
from wizard.world.presets import shipped

EACH = pytest.mark.parametrize("version", known(), ids=str)
OF_SHAPE = (
    "Input should be",
    "Field required",
    "Extra inputs",
    "List should have",
    "could not convert string to float",
)


@cache
def validator(version: Version, *, closed: bool = False) -> Draft202012Validator:
    made = schema(version, closed=closed)
    Draft202012Validator.check_schema(made)
    return Draft202012Validator(made)


def of_shape(errors: list[str]) -> bool:
    """Whether it is refused for its shape; one way of several where another says more is none."""
    said = {text.partition(".")[0].partition(":")[0] for text in errors if "Value error" in text}
    return any(kind in text and text.partition(".")[0] not in said for text in errors for kind in OF_SHAPE)


def wrong(pairs: list[tuple[Case, Answer]], version: Version) -> list[str]:
    """Where the schema and Axolotl differ."""
    found = []
    for case, answer in pairs:
        first = next(validator(version).iter_errors(case.config), None)
        if first is not None and not answer["errors"]:
            found.append(f"{case.origin}: refused at {list(first.absolute_path)}: {first.message[:100]}")
        if first is None and of_shape(answer["errors"]):
            found.append(f"{case.origin}: taken, where Axolotl says {answer['errors'][0][:100]}")
    return found


@EACH
def test_the_record_holds_for_the_schema(version: Version) -> None:
    pairs = recorded(version)
    assert wrong(pairs, version) == []
    assert sum(of_shape(answer["errors"]) for _, answer in pairs) > 120
    assert sum(not answer["errors"] for _, answer in pairs) > 1200


@pytest.mark.timeout(1500)  # the first may have to install Axolotl
@pytest.mark.xdist_group("axolotl")
def test_configs_judged_twice_by_their_shape() -> None:
    assert wrong([*drawn(), *changed_inside()], newest()) == []


def test_presets_are_taken_by_the_closed_one_too() -> None:
    for one in shipped():
        assert list(validator(newest(), closed=True).iter_errors(dict(one.plan.values))) == [], one.name


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"micro_batch_size": "two"}, ["micro_batch_size"]),
        ({"micro_batch_sizes": 2}, []),
        ({"trl": {"betas": 1}}, ["trl"]),
        ({"datasets": [{"path": "d", "train_on_eot": "turns"}]}, ["datasets", 0, "train_on_eot"]),
        ({"plugins": ["liger.LigerPlugin"], "liger_rope": "much"}, ["liger_rope"]),
    ],
)
def test_what_the_closed_one_refuses(change: dict[str, Any], where: list[Any]) -> None:
    (found,) = validator(newest(), closed=True).iter_errors({**copy.deepcopy(BASE), **change})
    assert list(found.absolute_path) == where


@EACH
def test_it_tells_of_every_key(version: Version) -> None:
    made = schema(version)
    tops = {key.path for key in keys(version) if "." not in key.path and "[" not in key.path}
    assert tops <= made["properties"].keys()
    told = [name for name in tops if "description" in made["properties"][name]]
    assert len(told) > 0.6 * len(tops)
    deprecated = {name for name, row in data(version)["fields"].items() if row.get("deprecated")}
    assert {name for name in tops if made["properties"][name].get("deprecated")} == deprecated
    assert made["properties"]["micro_batch_size"]["default"] == 1
    assert made["properties"]["relora_steps"]["deprecated"] is True
    assert "chat_template" in made["$defs"]["SFTDataset"]["properties"]["type"]["examples"]
