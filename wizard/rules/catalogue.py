"""Every rule, in the order of their codes: whatever the modules of the topics' packages define."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterable, Iterator
from functools import cache

import wizard.rules
from wizard.domain.errors import InputError
from wizard.domain.nearest import did_you_mean
from wizard.rules.registry import Rule


def _all() -> tuple[Rule, ...]:
    found: dict[str, Rule] = {}
    for topic in pkgutil.iter_modules(wizard.rules.__path__, "wizard.rules."):
        if not topic.ispkg:
            continue
        package = importlib.import_module(topic.name)
        for module in pkgutil.iter_modules(package.__path__, f"{topic.name}."):
            defined = vars(importlib.import_module(module.name)).values()
            found.update((one.code, one) for one in defined if isinstance(one, Rule))
    return tuple(found[code] for code in sorted(found))


RULES: tuple[Rule, ...] = _all()


@cache
def _by_key() -> tuple[dict[str, list[int]], list[int]]:
    """The places in RULES of the rules to ask for a key, and of those that are always asked."""
    woken: dict[str, list[int]] = {}
    for place, rule in enumerate(RULES):
        for key in rule.keys:
            woken.setdefault(key, []).append(place)
    return woken, [place for place, rule in enumerate(RULES) if not rule.keys]


def rules_for(written: Iterable[str]) -> Iterator[Rule]:
    """The rules that have something to look at in a plan with values for these keys, in order."""
    woken, always = _by_key()
    places = set(always)
    for key in written:
        places.update(woken.get(key, ()))
    return (RULES[place] for place in sorted(places))


@cache
def by_code() -> dict[str, Rule]:
    """Every rule by its code."""
    return {rule.code: rule for rule in RULES}


def find(text: str) -> Rule:
    """The rule with this code or name, without regard to case. Raises InputError with the nearest one."""
    wanted = text.strip().lower()
    found = by_code().get(wanted.upper()) or next((rule for rule in RULES if rule.name == wanted), None)
    if found is not None:
        return found
    known = [name for rule in RULES for name in (rule.code, rule.name)]
    raise InputError(f"there is no rule '{text}'.{did_you_mean(text, known)} `memwizard rules` lists them.")
