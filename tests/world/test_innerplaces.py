"""The lines of nested keys: where each stands, and what is said of one that is not there."""

from __future__ import annotations

import random

import pytest
import yaml

from wizard.world.configs import plan_of
from wizard.world.yamlfile import parse

TEXT = """\
datasets:
  - path: d.jsonl
    type: alpaca
  - {path: other, type: {field_prompt: input}}
trl:
  beta: 0.1   # how far
  'reward funcs':
    - one
    - two
lora_rank_pattern:
  model.layers.0.q_proj: 4
odd.key: 1
base: &base
  shards: many
more:
  <<: *base
  shards_idx: 1
copy: *base
"""


@pytest.mark.parametrize(
    ("path", "where"),
    [
        pytest.param("trl", (5, 1, 4), id="a key of the top"),
        pytest.param("trl.beta", (6, 3, 7), id="in a block"),
        pytest.param("trl.reward funcs[1]", (9, 7, 10), id="an entry of a list"),
        pytest.param("datasets[0]", (2, 5, 9), id="an entry that is a block"),
        pytest.param("datasets[0].type", (3, 5, 9), id="a key of an entry"),
        pytest.param("datasets[1].type.field_prompt", (4, 26, 38), id="in braces"),
        pytest.param("lora_rank_pattern.model.layers.0.q_proj", (11, 3, 24), id="a key with points"),
        pytest.param("odd.key", (12, 1, 8), id="a key of the top with a point"),
        pytest.param("more.shards", (14, 3, 9), id="merged in"),
        pytest.param("more.shards_idx", (17, 3, 13), id="beside a merge"),
        pytest.param("copy.shards", (14, 3, 9), id="by an alias"),
        pytest.param("trl.alpha", (5, 1, 4), id="not there: the block"),
        pytest.param("datasets[0].field.deeper", (2, 5, 9), id="not there: the entry"),
        pytest.param("datasets[7].type", (1, 1, 9), id="no such entry: the list"),
        pytest.param("vllm.host", None, id="nothing near it"),
        pytest.param("", None, id="no path"),
        pytest.param("trl.[x]..[9999999999]", (5, 1, 4), id="nonsense"),
    ],
)
def test_tells_where_a_key_stands(path: str, where: tuple[int, int, int] | None) -> None:
    assert parse(TEXT, "my.yml").where(path) == where


def test_a_plan_tells_the_line_of_the_first_path_it_has() -> None:
    plan = plan_of(TEXT, "my.yml")
    assert plan.line("vllm.host", "trl.beta", "datasets") == 6
    assert plan.changed({"trl": {"beta": 1}}).line("trl.beta") == 6
    assert plan.line("vllm.host") is None


def test_every_key_of_a_text_is_found_on_its_line() -> None:
    dice = random.Random(0)

    def value(depth: int) -> object:
        if depth == 0 or dice.random() < 0.3:
            return dice.choice([1, "text", None, True])
        if dice.random() < 0.4:
            return [value(depth - 1) for _ in range(dice.randint(1, 3))]
        return {f"k{number}": value(depth - 1) for number in range(dice.randint(1, 4))}

    def walk(inner: object, path: str) -> None:
        if isinstance(inner, list):
            for number, one in enumerate(inner):
                assert document.where(f"{path}[{number}]") is not None
                walk(one, f"{path}[{number}]")
        elif isinstance(inner, dict):
            for key, one in inner.items():
                line, column, end = document.where(f"{path}.{key}") or (0, 0, 0)
                assert lines[line - 1][column - 1 : end - 1] == key
                walk(one, f"{path}.{key}")

    for _ in range(60):
        values = {f"k{number}": value(5) for number in range(4)}
        text = yaml.safe_dump(values, default_flow_style=dice.choice([None, False, True]))
        document, lines = parse(text, "my.yml"), text.splitlines()
        for top, inner in values.items():
            walk(inner, top)
