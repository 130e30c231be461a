"""What `--set KEY=VALUE` sets: a field, or a key inside of a block or an entry."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from wizard.domain.errors import InputError

if TYPE_CHECKING:
    from wizard.domain.plan import Plan


def key_of(setting: str) -> str:
    """The key of a setting, `trl.beta`."""
    return setting.partition("=")[0].strip()


def top_of(setting: str) -> str:
    """The field that it stands in, `trl`."""
    return re.split(r"[.\[]", key_of(setting))[0]


def settings_of(plan: Plan, settings: tuple[str, ...]) -> dict[str, object]:
    """The fields that settings change, one after the other: values are read as YAML and must be of the key's type,
    null takes a key out.
    """
    found: dict[str, object] = {}
    for setting in settings:
        key, equals, value = setting.partition("=")
        key = key.strip()
        if not equals or not key:
            raise InputError(f"`--set {setting}`: write it as key=value")
        changes = _field(plan, key, value) if key == top_of(setting) else _inside(plan, key, value)
        found |= changes
        plan = plan.changed(changes)
    return found


def _field(plan: Plan, key: str, value: str) -> Mapping[str, object]:
    from wizard.domain.nearest import did_you_mean
    from wizard.domain.plan import REMOVE
    from wizard.knowledge.axolotl.fields import fields, find
    from wizard.knowledge.axolotl.versions import of_plan
    from wizard.world.configs import plan_of
    from wizard.world.typed import numbered

    if find(key, of_plan(plan)) is None:
        hint = did_you_mean(key, fields(of_plan(plan)))
        raise InputError(f"`--set {key}={value}`: Axolotl {of_plan(plan)} has no field '{key}'.{hint}")
    if value.strip() in ("null", "~"):
        return {key: REMOVE}
    typed = plan_of(f"{key}: {value}", f"--set {key}", plan.axolotl, every=True)
    typed = plan_of(numbered(f"{key}: {value}", of_plan(plan)), f"--set {key}", plan.axolotl, every=True)
    if typed.repeated:
        raise InputError(f"`{typed.repeated[0].path[-1]}` is given twice", file=f"--set {key}")
    if others := [other for other in typed.values if other != key]:
        raise InputError(f"its value holds another key, `{others[0]}`", file=f"--set {key}")
    return {key: typed.get(key)}


def _inside(plan: Plan, path: str, value: str) -> Mapping[str, object]:
    """As the every-key page and `set` of `--plain` take it, but for a key that Axolotl has not."""
    from wizard.domain.nearest import did_you_mean
    from wizard.knowledge.axolotl.keys import keys
    from wizard.knowledge.axolotl.versions import of_plan
    from wizard.questions.every_key import changed_by, one
    from wizard.world.typed import value_of

    try:
        if one(plan, path).free:
            hint = did_you_mean(path, [key.path for key in keys(of_plan(plan))])
            raise InputError(f"Axolotl {of_plan(plan)} has no key '{path}'.{hint}")
        return changed_by(plan, path, value, value_of)
    except InputError as error:
        raise InputError(f"`--set {path}={value}`: {error.message}") from None
