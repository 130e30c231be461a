"""The JSON of `memwizard presets`."""

from __future__ import annotations

from pydantic import Field

from wizard.domain.preset import Preset
from wizard.output.json.shape import RowShape


class PresetOut(RowShape):
    """One preset. `for`: whom it is for, in one line; `gpu`: the least machine, as `--gpu` takes it."""

    name: str
    title: str
    for_whom: str = Field(alias="for")
    gpu: str | None
    model: str | None
    axolotl: str | None


def preset_out(preset: Preset) -> PresetOut:
    """A preset as JSON."""
    values = {"name": preset.name, "title": preset.title, "for": preset.for_whom}
    return PresetOut.model_validate(
        {**values, "gpu": preset.gpu, "model": preset.model, "axolotl": preset.axolotl}  # `for` is no Python name
    )
