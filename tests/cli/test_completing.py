"""What a shell offers for the values of options."""

from __future__ import annotations

import pytest
from click.shell_completion import ShellComplete

from wizard.cli import cli
from wizard.knowledge.models.catalogue import catalogue
from wizard.world.presets import presets

NAMES = tuple(preset.name for preset in presets())
MODEL = next(iter(catalogue()))


def offered(arguments: list[str], begun: str) -> list[str]:
    complete = ShellComplete(cli, {}, "memwizard", "_MEMWIZARD_COMPLETE")
    return [one.value for one in complete.get_completions(arguments, begun)]


@pytest.mark.parametrize(
    ("arguments", "begun", "one"),
    [
        (["wizard", "--gpu"], "rtx-30", "rtx-3090"),
        (["estimate", "a.yml", "--gpu"], "8xh100", "8xh100-80gb"),
        (["data", "a.jsonl", "--gpu"], "rtx-40", "rtx-4090"),
        (["wizard", "--preset"], NAMES[0][:3], NAMES[0]),
        (["generate", "--preset"], "", NAMES[-1]),
        (["wizard", "--model"], MODEL[:6].upper(), MODEL),
        (["check", "a.yml", "--model"], MODEL.partition("/")[2][:8], MODEL),
        (["wizard", "--theme"], "con", "contrast"),
        (["wizard", "--axolotl"], "0.2", "0.21"),
        (["check", "--axolotl"], "n", "newest"),
        (["generate", "--launch"], "sl", "slurm"),
    ],
)
def test_a_value_is_offered(arguments: list[str], begun: str, one: str) -> None:
    found = offered(arguments, begun)
    assert one in found
    assert len(found) <= 60


def test_nothing_is_offered_that_is_none() -> None:
    assert offered(["wizard", "--gpu"], "zz") == []
