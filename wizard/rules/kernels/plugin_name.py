"""MW574."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from wizard.axolotl import plugins
from wizard.axolotl.plugins import INTEGRATIONS, folder
from wizard.domain.finding import Finding, Fix, Severity
from wizard.domain.plan import REMOVE
from wizard.domain.text import in_yaml
from wizard.domain.version import Version
from wizard.knowledge.axolotl.fields import plugin_classes
from wizard.rules.registry import Rule, Subject, rule

_STOPS = Version(0, 21)
"""From it on a plugin that can't be loaded stops the run (0.21.0 utils/config/__init__.py:631)."""


@rule(
    "MW574",
    "plugin-name",
    "error",
    fix="unsafe",
    keys=("plugins",),
    quotes=("not enough values to unpack (expected 2, got 1)", "has no attribute", "Failed to load plugin"),
)
def plugin_name(self: Rule, subject: Subject) -> Iterator[Finding]:
    """An entry of `plugins` that names no plugin of Axolotl's.

    What it checks
        `plugins` is one text instead of a list, an entry has no dot, an entry names a class that its integration
        does not have, or an integration that does not exist. Plugins of other packages are left alone.

    Why it matters
        Axolotl stops on the first three before it validates. An integration that does not exist it reports once
        and passes over: every setting of that plugin is then dropped.

    Example
        Bad:
            plugins: axolotl.integrations.liger.LigerPlugin

        Bad:
            plugins: [liger]

        Bad:
            plugins: [axolotl.integrations.liger.LigerKernelPlugin]

        Bad:
            plugins: [axolotl.integrations.liger_kernel.LigerPlugin]

        Good:
            plugins: [axolotl.integrations.liger.LigerPlugin]

    Fix
        The plugin of that integration, or of that class; the entry goes where there is none. Not safe: what the
        plugin does begins.

    Source
        axolotl 0.19.0 integrations/base.py, load_plugin and PluginManager.register (executed with a stand-in)
    """
    plan = subject.plan
    alone = plugins.one_text(plan)
    whole = alone is not None
    entries = (alone,) if alone is not None else plugins.plugins(plan)
    for entry in entries:
        said = "plugins is a text, not a list, and Axolotl stops on it" if whole else _said(entry, subject.axolotl)
        if said is None:
            continue
        name = _meant(entry, subject.axolotl)
        others = [other for other in entries if other not in (entry, name)]
        changes = {"plugins": [*others, *([name] if name else [])] or REMOVE}
        fix = Fix(changes, "unsafe", f"{name} in a list" if name else f"no {in_yaml(entry)}")
        passed = "passes over" in said and subject.axolotl < _STOPS
        said = said if passed else said.replace("it passes over", "it stops on").replace(" and drops its settings", "")
        severity: Severity = "warning" if passed else "error"
        yield self.finding(said, "plugins", plan=plan, severity=severity, fix=fix)


@cache
def _ours(version: Version) -> dict[str, str]:
    """Axolotl's plugins, by the name of their integration."""
    return {folder(path): path for path in plugin_classes(version)}


def _said(entry: str, version: Version) -> str | None:
    if "." not in entry:
        return f"plugins: {entry} is no path to a class, and Axolotl stops on it"
    last = entry.rpartition(".")[2]
    plugin = _ours(version).get(folder(entry))
    if plugin is None and entry.startswith(INTEGRATIONS):
        return f"Axolotl has no integration {folder(entry)}: it passes over {entry} and drops its settings"
    if plugin is None or last == "BasePlugin" or plugins.loads(entry, plugin, version):
        return None  # another package's, or right
    if last == plugin.rpartition(".")[2]:
        return f"{entry.rpartition('.')[0]} is no module of Axolotl's: it passes over {entry} and drops its settings"
    return f"{entry.rpartition('.')[0]} has no plugin {last}, and Axolotl stops on it"


def _meant(entry: str, version: Version) -> str | None:
    """The plugin that was likely meant: of this integration, of this class, or of a name like it."""
    ours = _ours(version)
    last = entry.rpartition(".")[2].lower()
    found = ours.get(folder(entry)) or ours.get(last)
    return found or next((name for name in ours.values() if name.rpartition(".")[2].lower() == last), None)
