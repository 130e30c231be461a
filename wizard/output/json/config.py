"""The JSON of `memwizard config show`."""

from __future__ import annotations

from wizard.output.json.shape import RowShape


class SettingOut(RowShape):
    """One setting of the person: null where it is not set. `source`: "default", a variable, or a file with its line."""

    name: str
    value: str | bool | None
    source: str


def setting_out(name: str, value: str | bool | None, source: str) -> SettingOut:
    """A setting as JSON."""
    return SettingOut(name=name, value=value, source=source)
