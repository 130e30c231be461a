"""The JSON lines: which keys each command prints and in which order, and that the published schemas hold for them."""

from __future__ import annotations

import importlib
import json
from pathlib import Path

import click
import jsonschema
import pytest

from scripts.schemas import SHAPES
from tests.cli.command import run
from tests.world.test_receipts import ONE
from wizard.cli import COMMANDS
from wizard.world.receipts import Receipts

ROOT = Path(__file__).parents[2]
PRESET = ROOT / "presets" / "qlora-24gb.yml"
ROW = ("alpaca.jsonl", '{"instruction": "add", "input": "1 1", "output": "2"}\n')

LINES: dict[str, tuple[str, str]] = {
    "estimate": (
        f"estimate {PRESET} --gpu 24GiB --json",
        "config model gpu fit allocated_bytes device_bytes nvidia_smi_bytes peak_phase phases components assumptions"
        " warnings host_bytes causes host_need_bytes host_free_bytes host_fit disk_bytes disk axolotl",
    ),
    "check": (f"check {PRESET} --gpu 24GiB --format json", "config findings estimate axolotl"),
    "migrate": (f"migrate {PRESET} --json", "config changed moves open text axolotl"),
    "probe": ("probe --demo a100-shared --json", "driver cuda gpus notes host_total_bytes host_free_bytes"),
    "fit": (
        f"fit {PRESET} --gpu rtx-4090 --json",
        "config model gpu free_bytes prefer length now refused best shorter tokens_per_second ladder instead",
    ),
    "recommend": (
        "fit --gpu 8GiB --size 500M --json",
        "model recommended kind gpu length method parameters best licence year context why source",
    ),
    "map": (
        "fit --map --gpu rtx-4090 --only smollm --json",
        "model method length gpu fit device_bytes micro_batch_size hour_usd spot_hour_usd experts_lost",
    ),
    "cost": (
        f"fit {PRESET} --budget 20 --gpu rtx-4090 --json",
        "gpu method device_bytes changes hours hour_usd cloud usd spot_hour_usd spot_cloud spot_usd within prices_of",
    ),
    "data": (
        "data alpaca.jsonl --json",
        "config entry settings question choices datasets counted_by"
        " exact_tokenizer sequence_len too_long over tokens_over rows_kept rows_held packing"
        " packing_waste full_padding_waste longest_padding_waste rows_per_step gpus epochs steps_per_epoch steps"
        " max_steps epoch_hours prepared_bytes assumptions",
    ),
    "doctor": (
        f"doctor {ROOT / 'tests' / 'doctor' / 'real' / 'memory-at-step.log'} --json",
        "log cause phase rank step asked_bytes capacity_bytes evidence why changes config died steps codes advice"
        " after snapshot",
    ),
    "history": (
        "history show --json",
        "begun digest memwizard axolotl torch machine method loss model forecast_bytes allocated_bytes phases steps"
        " exit_code cause",
    ),
    "rules": ("rules --json", "code name severity status since fix source"),
    "presets": ("presets --json", "name title for gpu model axolotl"),
    "models": (
        "models --json",
        "id family parameters layers hidden_size vocab_size moe tied exact gated also source date",
    ),
    "gpus": (
        "gpus --json",
        "name title vendor memory_bytes cuda_bytes cuda_known unified compute_capability bandwidth_gb_s bf16_tflops"
        " source date",
    ),
    "config": ("config show --json", "name value source"),
    "meaning": ("explain packing --json", "word key term help axolotl"),
    "explain": (
        "explain MW102 --json",
        "code name severity status since fix summary sections source axolotl_since axolotl_until",
    ),
}
SPACED = {"history", "rules", "presets", "models", "gpus", "config", "explain", "meaning"}
"""The lists have a blank after comma and colon, for people who look at them; the others have none."""


@pytest.fixture
def printed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> str:
    """What a command prints, from a folder with a file of data."""
    (tmp_path / ROW[0]).write_text(ROW[1], encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    Receipts().add(ONE)
    done = run(*LINES[name][0].split())
    assert done.code in (0, 1)
    return done.out


@pytest.mark.parametrize("name", LINES)
def test_the_keys_and_their_order(printed: str, name: str) -> None:
    lines = printed.splitlines()
    assert lines
    for line in lines:
        row = json.loads(line)
        assert list(row) == LINES[name][1].split()
        spaced = line[len(json.dumps(next(iter(row)))) + 2] == " "
        assert spaced is (name in SPACED), f"{name} is a RowShape, with blanks, or a LineShape: see SPACED"


@pytest.mark.parametrize("name", LINES)
def test_the_published_schema_holds(printed: str, name: str) -> None:
    schema = json.loads((ROOT / "docs" / "schema" / f"{name}.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    assert schema["description"]
    for line in printed.splitlines():
        jsonschema.validate(json.loads(line), schema)


def test_every_json_has_a_schema_and_a_row_on_the_page() -> None:
    page = (ROOT / "docs" / "json.md").read_text(encoding="utf-8")
    assert set(SHAPES) - set(LINES) == set(), "give it a row in LINES: how it is called, and its keys"
    assert set(LINES) - set(SHAPES) == set(), "its shape is a LineShape or RowShape in wizard/output/json/NAME.py"
    absent = [name for name in SHAPES if f"[schema/{name}.json](schema/{name}.json)" not in page]
    assert absent == [], "give it a row in docs/json.md"
    assert {path.stem for path in (ROOT / "docs" / "schema").iterdir()} == set(SHAPES), "run python -m scripts.schemas"


def test_every_command_that_prints_json_is_tried_here() -> None:
    printing = {name for name in COMMANDS if _prints_json(importlib.import_module(f"wizard.cli.{name}").command)}
    tried = {call.split()[0] for call, _ in LINES.values()}
    assert printing - tried == set(), "give it a row in LINES: how it is called, and its keys"
    assert tried - printing == set(), "there is no such command, or it has no --json"


def _prints_json(command: click.Command) -> bool:
    inner = command.commands.values() if isinstance(command, click.Group) else ()
    options = (word for one in command.params for word in (*one.opts, *getattr(one.type, "choices", ())))
    return not {"--json", "json"}.isdisjoint(options) or any(map(_prints_json, inner))
