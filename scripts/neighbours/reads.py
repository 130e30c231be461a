"""What a rule reads while it looks at a plan."""

from __future__ import annotations

from typing import Any

from scripts.neighbours.outcome import AXOLOTL, MACHINE, Case
from wizard.domain.plan import Plan
from wizard.rules.registry import Rule

_OF = {"machine": MACHINE, "gpus": MACHINE, "model": "base_model"}


class _Noted(dict[Any, Any]):
    """A mapping that notes for which of its keys it is asked, by their paths; to go over all of them is no asking."""

    def __init__(self, values: Any, path: str, noted: set[str]) -> None:
        super().__init__({key: _noted(value, f"{path}{key}", noted) for key, value in values.items()})
        self._path, self._to = path, noted

    def __getitem__(self, key: Any) -> Any:
        self._note(key)
        return super().__getitem__(key)

    def get(self, key: Any, default: Any = None) -> Any:
        self._note(key)
        return super().get(key, default)

    def __contains__(self, key: object) -> bool:
        self._note(key)
        return super().__contains__(key)

    def _note(self, key: object) -> None:
        if isinstance(key, str):
            self._to.add(f"{self._path}{key}")


def _noted(value: Any, path: str, noted: set[str]) -> Any:
    if isinstance(value, dict):
        return _Noted(value, f"{path}.", noted)
    if isinstance(value, list):
        return [_noted(one, f"{path}[{number}]", noted) for number, one in enumerate(value)]
    return value


class _WatchedPlan(Plan):
    __slots__ = ("noted",)
    noted: set[str]

    def __getattribute__(self, name: str) -> Any:
        if name == "axolotl":
            object.__getattribute__(self, "noted").add(AXOLOTL)
        return object.__getattribute__(self, name)


class _WatchedSettings:
    def __init__(self, settings: Any, noted: set[str]) -> None:
        self._settings, self._noted = settings, noted

    def __getattr__(self, name: str) -> Any:
        self._noted.add(f"effective.{name}")
        return getattr(self._settings, name)


class _Watched(Case):
    """A case that notes what is asked of it."""

    noted: set[str]

    def __getattribute__(self, name: str) -> Any:
        if name in _OF:
            object.__getattribute__(self, "noted").add(_OF[name])
        if name == "estimate":
            object.__getattribute__(self, "noted").add("effective.estimate")
        return object.__getattribute__(self, name)


def reads(rule: Rule, of: Case) -> set[str]:
    """Paths of keys, `effective.NAME` of what Axolotl makes of them, and what is not in the file."""
    noted: set[str] = set()
    plan = of.plan
    watched = _WatchedPlan.__new__(_WatchedPlan)
    object.__setattr__(watched, "noted", noted)
    for name in ("source", "lines", "axolotl", "repeated", "files", "where"):
        object.__setattr__(watched, name, getattr(plan, name))
    object.__setattr__(watched, "values", _Noted(plan.values, "", noted))
    looked = _Watched(plan, of.machine, of.heads)
    looked.noted = noted
    for name in ("effective", "estimate", "model", "written"):
        looked.__dict__[name] = getattr(of, name)
    looked.__dict__["effective"] = _WatchedSettings(of.effective, noted)
    looked.__dict__["plan"] = watched
    noted.clear()
    try:
        for one in looked.asked(rule):
            _ = one.fix
    except Exception:  # a reader may not take what stands in for the real values: what it read so far counts
        pass
    return noted
