"""`plugins`: which of Axolotl's are loaded, whichever way their paths are written.

Source: axolotl 0.19.0 integrations/base.py, load_plugin: a path that Python does not find is looked for under
`axolotl.integrations.` too, and each integration's package has its class, as has the module that defines it.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from wizard.domain.plan import Plan
from wizard.domain.values import flag, texts
from wizard.domain.version import Version
from wizard.knowledge.axolotl.packages import RunPackage, plugin_packages
from wizard.knowledge.axolotl.settings import always_loaded, plugin_module
from wizard.knowledge.axolotl.shapes import Schema, shaped, shaped_by_plugins
from wizard.knowledge.axolotl.versions import of_plan

INTEGRATIONS = "axolotl.integrations."
CUT_LOSS = INTEGRATIONS + "cut_cross_entropy.CutCrossEntropyPlugin"
DIFFUSION = INTEGRATIONS + "diffusion.DiffusionPlugin"
LIGER = INTEGRATIONS + "liger.LigerPlugin"
KERNELS = INTEGRATIONS + "kernels.KernelsPlugin"
MORA = INTEGRATIONS + "mora.MoraPlugin"
MIXLORA = INTEGRATIONS + "mixlora.MixLoraPlugin"
EXPERT_PARALLEL = INTEGRATIONS + "expert_parallel.ExpertParallelPlugin"


def plugins(plan: Plan) -> tuple[str, ...]:
    """The entries of the list; none where it is no list, which Axolotl refuses."""
    written = plan.get("plugins")
    return texts(written) if isinstance(written, list) else ()


def folder(name: str) -> str:
    """The integration that a path points at: "liger" for `axolotl.integrations.liger.LigerPlugin`."""
    return name.removeprefix(INTEGRATIONS).partition(".")[0]


@lru_cache(maxsize=256)
def paths(plugin: str, version: Version) -> frozenset[str]:
    """Every path, without `axolotl.integrations.`, that leads to one of Axolotl's plugins."""
    where, last = folder(plugin), plugin.rpartition(".")[2]
    module = plugin_module(where, version)
    return frozenset({f"{where}.{last}", *([f"{where}.{module}.{last}"] if module else [])})


def listed(plan: Plan, plugin: str) -> bool:
    """Whether the plan loads this plugin of Axolotl's, or Axolotl does without being asked."""
    version = of_plan(plan)
    if plugin in always_loaded(version):
        return True
    if "plugins" not in plan:  # most plans have none, and this is asked several times an estimate
        return False
    every = paths(plugin, version)
    return any(name.removeprefix(INTEGRATIONS) in every for name in plugins(plan))


def others(plan: Plan, plugin: str) -> list[str]:
    """The entries of the list that load something else than this plugin."""
    every = paths(plugin, of_plan(plan))
    return [name for name in plugins(plan) if name.removeprefix(INTEGRATIONS) not in every]


def shapes_of(plan: Plan) -> Mapping[str, Schema]:
    """The fields with an inner shape or bounds, those of the plugins that the plan loads among them."""
    version = of_plan(plan)
    own = shaped(version)
    if "plugins" not in plan:
        return own
    more = [fields for plugin, fields in shaped_by_plugins(version).items() if listed(plan, plugin)]
    return {key: shape for fields in (own, *more) for key, shape in fields.items()} if more else own


def foreign(plan: Plan) -> bool:
    """Whether a plugin is listed that is not Axolotl's own: it may bring fields and an adapter."""
    return any(not is_ours(name, of_plan(plan)) for name in plugins(plan))


def is_ours(name: str, version: Version) -> bool:
    """Whether a path leads into Axolotl, by its whole name or by that of one of its integrations."""
    return name.startswith("axolotl.") or plugin_module(folder(name), version) is not None


def loads(name: str, plugin: str, version: Version) -> bool:
    """Whether a path leads to this plugin of Axolotl's."""
    return name.removeprefix(INTEGRATIONS) in paths(plugin, version)


def one_text(plan: Plan) -> str | None:
    """`plugins` where it is one text instead of a list, on which Axolotl stops."""
    written = plan.get("plugins")
    return written if isinstance(written, str) else None


def packages(plan: Plan) -> tuple[RunPackage, ...]:
    """What the listed plugins ask for that Axolotl does not bring."""
    if "plugins" not in plan:
        return ()
    return tuple(
        one
        for one in plugin_packages(of_plan(plan))
        if listed(plan, INTEGRATIONS + one.plugin)
        and (not one.when or any(flag(plan.get(key)) for key in one.when))
        and (not one.unless_off or plan.get(one.unless_off) is None or flag(plan.get(one.unless_off)))
    )
