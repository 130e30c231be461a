"""Stand-ins for torch and accelerate, so that Axolotl's schema imports on a machine without them.

Only the validators run; nothing they call computes with torch. Every attribute of a stub is a class that
may be subclassed and called, and every `is_...` answers False. Axolotl's plugins import peft, trl and others,
so its plugin manager has a stand-in too, which knows of a plugin its argument class alone.
"""

from __future__ import annotations

import ast
import importlib
import importlib.machinery
import importlib.util
import logging
import sys
import types
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

STUBBED = ("torch", "accelerate")


class _Anything(type):
    """A class whose attributes are again such classes."""

    def __getattr__(cls, name: str) -> Any:
        return _answer(cls, name)


def _answer(owner: Any, name: str) -> Any:
    if name.startswith("__"):
        raise AttributeError(name)
    if name.startswith("is_") and name != "is_tensor":
        return lambda *args, **kwargs: False
    made = _Anything(name, (), {"__init__": lambda self, *args, **kwargs: None})
    setattr(owner, name, made)
    return made


class _Module(types.ModuleType):
    def __getattr__(self, name: str) -> Any:
        return _answer(self, name)


class _Finder:
    """Finds every module of the stubbed packages and makes it empty."""

    def __init__(self, version: str) -> None:
        self.version = version

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: types.ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        if name.split(".", maxsplit=1)[0] in STUBBED:
            return importlib.machinery.ModuleSpec(name, self, is_package=True)  # type: ignore[arg-type]
        return None

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> types.ModuleType:
        module = _Module(spec.name)
        module.__dict__["__version__"] = self.version
        return module

    def exec_module(self, module: types.ModuleType) -> None:
        module.__path__ = []


class _Bare:
    """Finds each package of `axolotl.integrations` without running it: it imports its plugin, which needs peft."""

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: types.ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        folder = name.removeprefix("axolotl.integrations.")
        if folder == name or "." in folder or not (integrations() / folder / "__init__.py").is_file():
            return None
        return importlib.machinery.ModuleSpec(name, self, is_package=True)  # type: ignore[arg-type]

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> types.ModuleType:
        return types.ModuleType(spec.name)

    def exec_module(self, module: types.ModuleType) -> None:
        module.__path__ = [str(integrations() / module.__name__.rpartition(".")[2])]


class Plugin:
    """Stands for one plugin: `folder` is that of its integration, `arguments` the name of its argument class."""

    def __init__(self, folder: Path, arguments: str | None) -> None:
        self.folder = folder
        self.arguments = arguments

    def register(self, config: object) -> None:
        """What a plugin does with the config before it is validated is not known here."""


class PluginManager:
    """Stands for `axolotl.integrations.base.PluginManager` as the validators and `merge_input_args` use it.

    A plugin's argument class comes from the `args.py` of its folder, which needs neither torch nor the plugin.
    """

    _instance: PluginManager | None = None

    def __init__(self) -> None:
        self.plugins: dict[str, Plugin] = {}

    @classmethod
    def get_instance(cls) -> PluginManager:
        """The one manager, with the plugins that are always loaded."""
        if cls._instance is None:
            cls._instance = cls()
        for name in builtin_plugins():
            if name not in cls._instance.plugins:
                cls._instance.register(name)
        return cls._instance

    @classmethod
    def forget(cls) -> None:
        """Start anew."""
        cls._instance = None

    def register(self, plugin: str, *, required: bool = False) -> None:
        """Load the plugin's arguments. Raises what Axolotl raises for a name that is no path to a class.

        `required`: from 0.21 on a plugin that can't be loaded stops the run.
        """
        module, name = plugin.rsplit(".", 1)
        if module == "axolotl.integrations":
            raise AttributeError(f"module {module!r} has no attribute {name!r}")
        first, *rest = module.removeprefix("axolotl.integrations.").split(".")
        folder = integrations() / first
        if not (folder / "__init__.py").is_file() or (rest and not folder.joinpath(*rest).with_suffix(".py").is_file()):
            logging.getLogger("axolotl").error("Failed to load plugin: %s", plugin)
            if required:
                raise UnknownPlugin(f"No module named {module!r}")
            return
        classes = plugin_classes(folder)
        if name not in classes or (not rest and name not in exported(folder)):
            raise AttributeError(f"module {module!r} has no attribute {name!r}")
        self.plugins[plugin] = Plugin(folder, classes[name][1])

    def get_input_args(self) -> list[str]:
        """The argument classes of the plugins, in their order."""
        named = [plugin for plugin in self.plugins.values() if plugin.arguments]
        return [f"{_arguments(plugin.folder)}.{plugin.arguments}" for plugin in named]

    def supports_adapter(self, adapter: str) -> bool:
        """The plugins of MoRA and MixLoRA bring an adapter of their name."""
        brings = {plugin.folder.name for plugin in self.plugins.values()} & {"mora", "mixlora"}
        return adapter in brings

    def adapter_supports_relora(self, adapter: str) -> bool:
        """MoRA's does."""
        return adapter == "mora" and self.supports_adapter(adapter)


class UnknownPlugin(Exception):  # noqa: N818 read by its name
    """Python's ModuleNotFoundError for a plugin that no Axolotl has, by a name that tells it from a missing package."""


def integrations() -> Path:
    """The folder of Axolotl's integrations."""
    found = importlib.util.find_spec("axolotl")
    assert found is not None
    assert found.origin is not None
    return Path(found.origin).parent / "integrations"


@cache
def plugin_classes(folder: Path) -> dict[str, tuple[str, str | None]]:
    """The plugins that an integration defines, by name: the module ("" for the package), the class of its arguments."""
    found = {}
    for file in sorted(folder.glob("*.py")):
        for node in ast.parse(file.read_text(encoding="utf-8")).body:
            if not isinstance(node, ast.ClassDef) or "BasePlugin" not in map(ast.unparse, node.bases):
                continue
            module = "" if file.stem == "__init__" else file.stem
            found[node.name] = (module, _input_args(node))
    return found


def _input_args(plugin: ast.ClassDef) -> str | None:
    for method in plugin.body:
        if isinstance(method, ast.FunctionDef) and method.name == "get_input_args":
            for node in ast.walk(method):
                if isinstance(node, ast.Return) and isinstance(node.value, ast.Constant):
                    return str(node.value.value).rpartition(".")[2]
    return None


@cache
def exported(folder: Path) -> set[str]:
    """The names that an integration's package defines or imports."""
    found: set[str] = set()
    for node in ast.parse((folder / "__init__.py").read_text(encoding="utf-8")).body:
        if isinstance(node, ast.ClassDef):
            found.add(node.name)
        elif isinstance(node, ast.ImportFrom):
            found |= {alias.asname or alias.name for alias in node.names}
    return found


@cache
def builtin_plugins() -> tuple[str, ...]:
    """The plugins that are loaded whether listed or not; none before 0.20."""
    for node in ast.parse((integrations() / "base.py").read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "BUILTIN_PLUGINS":
            return tuple(ast.literal_eval(node.value))
    return ()


def normalize_plugin_name(target: str) -> str:
    """As axolotl 0.21.0 integrations/base.py has it."""
    module, colon, name = target.partition(":")
    return f"{module}.{name}" if colon else target


def _arguments(folder: Path) -> str:
    """The name of the module of this plugin's arguments, imported without the plugin."""
    name = f"axolotl.integrations.{folder.name}.args"  # under axolotl, so that its warnings are heard
    importlib.import_module(name)
    return name


def install_plugin_manager() -> None:
    """Put the stand-in of Axolotl's plugin manager in place."""
    module = _Module("axolotl.integrations.base")  # and a class for whatever else is asked of it
    module.__dict__.update(
        PluginManager=PluginManager,
        BUILTIN_PLUGINS=builtin_plugins(),
        get_builtin_plugins=builtin_plugins,
        normalize_plugin_name=normalize_plugin_name,
    )
    sys.modules[module.__name__] = module
    sys.meta_path.insert(0, _Bare())


def install(version: str) -> None:
    """Put the stubs in place, pretending to be this torch version. Does nothing where torch is real."""
    if importlib.util.find_spec("torch") is not None:
        return
    import transformers.utils.import_utils  # noqa: F401  # first, so that it finds no torch and settles for it

    sys.meta_path.insert(0, _Finder(version))
