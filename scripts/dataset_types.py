"""Writes wizard/knowledge/axolotl/dataset_types.json: the types of datasets that Axolotl's loaders find, by version.

    python -m scripts.dataset_types SITE_PACKAGES... > wizard/knowledge/axolotl/dataset_types.json

Each folder has an axolotl and its dist-info. Nothing is imported: the modules of `prompt_strategies` are parsed. For
each kind of training it tells the modules with the functions that a type may name; for those of preference training
also the columns that every row must have, and which key of a dataset names another. `reads` has, of the modules of
supervised training, those keys of an entry that they may read: named in them, or in what they import of Axolotl's
prompts. A version that has what an older one has names that one.
"""

from __future__ import annotations

import ast
import json
import sys
from pathlib import Path
from typing import Any

PREFERENCE = ("dpo", "kto", "orpo", "ebft")
"""Packages whose functions are called with the config; a type without a function means `default`."""
_FOLDERS_APART = (*PREFERENCE, "bradley_terry", "messages")


def functions(path: Path) -> dict[str, ast.FunctionDef]:
    """The functions that a module defines."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}


def loaders(folder: Path) -> dict[str, list[str]]:
    """The modules of a folder, each with its functions `load` and `load_...`, or objects that are called so."""
    found = {}
    for path in sorted(folder.glob("*.py")):
        body = ast.parse(path.read_text(encoding="utf-8")).body
        names = {ast.unparse(one) for node in body if isinstance(node, ast.Assign) for one in node.targets}
        named = sorted(name for name in {*functions(path), *names} if name == "load" or name.startswith("load_"))
        if named and path.stem not in ("__init__", "base"):
            found[path.stem] = named
    return found


def handlers(path: Path) -> list[str]:
    """The names in DATASET_HANDLERS."""
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "DATASET_HANDLERS":
            return sorted(ast.literal_eval(key) for key in node.value.keys)  # type: ignore[attr-defined]
    raise SystemExit(f"{path} has no DATASET_HANDLERS")


def styles(path: Path) -> list[str]:
    """The values of PromptStyle, that may stand after a colon."""
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.ClassDef) and node.name == "PromptStyle":
            return sorted(ast.literal_eval(one.value) for one in node.body if isinstance(one, ast.Assign))
    raise SystemExit(f"{path} has no PromptStyle")


def transforms(folder: Path) -> dict[str, dict[str, Any]]:
    """The modules of a folder with their functions of one config, each with the columns that it reads."""
    found = {}
    for path in sorted(folder.glob("*.py")):
        made = {
            name: columns(node)
            for name, node in functions(path).items()
            if not name.startswith("_") and node.args.args and node.args.args[0].arg == "cfg"
        }
        if made:
            found[path.stem] = made
    return found


def columns(function: ast.FunctionDef) -> dict[str, str]:
    """The columns that a transform can't do without: name by the key that renames it, or by itself."""
    fields: dict[str, tuple[str, str]] = {}
    for node in ast.walk(function):
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call):
            called = node.value
            if ast.unparse(called.func).endswith("ds_cfg.get") and len(called.args) == 2:
                key, default = called.args
                if isinstance(key, ast.Constant) and isinstance(default, ast.Constant):
                    fields[ast.unparse(node.targets[0])] = (str(key.value), str(default.value))
    guarded = {
        ast.unparse(node.left)
        for node in ast.walk(function)
        if isinstance(node, ast.Compare) and isinstance(node.ops[0], (ast.In, ast.NotIn))
    }
    read: dict[str, str] = {}
    made: dict[str, int] = {}  # where a column has been set, which may read it while it does so
    for node in ast.walk(function):
        if isinstance(node, ast.Assign) and isinstance(target := node.targets[0], ast.Subscript):
            end, name = node.end_lineno or 0, ast.unparse(target.slice)
            made[name] = min(end, made.get(name, end))
    for node in ast.walk(function):
        if not isinstance(node, ast.Subscript) or ast.unparse(node.value) not in ("sample", "example"):
            continue
        name = ast.unparse(node.slice)
        if isinstance(node.ctx, ast.Load) and name not in guarded and node.lineno <= made.get(name, node.lineno):
            if isinstance(node.slice, ast.Constant):
                read[str(node.slice.value)] = str(node.slice.value)
            elif name in fields:
                read[fields[name][0]] = fields[name][1]
    return dict(sorted(read.items()))


def reads(package: Path, module: str) -> list[str]:
    """The keys of an entry that a module of supervised training may read; none where no loader of its takes them."""
    schemas = ast.parse((package / "utils" / "schemas" / "datasets.py").read_text(encoding="utf-8"))
    known = {
        one.target.id
        for node in schemas.body
        if isinstance(node, ast.ClassDef) and node.name == "SFTDataset"
        for one in node.body
        if isinstance(one, ast.AnnAssign) and isinstance(one.target, ast.Name)
    }
    path = package / "prompt_strategies" / f"{module.replace('.', '/')}.py"
    return sorted(known & _named(package, path)) if "ds_cfg" in path.read_text(encoding="utf-8") else []


def _named(package: Path, path: Path) -> set[str]:
    """What a module names in a text or behind a point, and what the prompts and templates that it imports do."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Constant):
            found.add(str(node.value))
        elif isinstance(node, ast.Attribute):
            found.add(node.attr)
        elif isinstance(node, ast.ImportFrom) and not node.level and node.module:
            place = package.parent / node.module.replace(".", "/")
            inner = [place.with_suffix(".py"), *sorted(place.glob("*.py"))]
            near = node.module.startswith(("axolotl.prompt_strategies.", "axolotl.utils.chat_templates"))
            for one in inner if near else ():
                found |= _named(package, one) if one.exists() and one.name != "__init__.py" and one != path else set()
    return found


def types(package: Path) -> dict[str, Any]:
    """What one Axolotl has."""
    strategies = package / "prompt_strategies"
    supervised = loaders(strategies)
    for folder in sorted(strategies.iterdir()):
        if folder.is_dir():
            more = loaders(folder) if folder.name not in ("bradley_terry", "messages") else {}
            supervised |= {f"{folder.name}.{name}": found for name, found in more.items()}
    return {
        "supervised": supervised,
        "reads": {name: reads(package, name) for name in supervised},
        "handlers": handlers(package / "utils" / "data" / "wrappers.py"),
        "styles": styles(package / "prompters.py"),
        "reward": loaders(strategies / "bradley_terry"),
        **{name: transforms(strategies / name) for name in PREFERENCE},
    }


def main() -> None:
    """Print the file."""
    found: dict[str, Any] = {}
    for folder in map(Path, sys.argv[1:]):
        (info,) = folder.glob("axolotl-*.dist-info")
        made = types(folder / "axolotl")
        same = next((version for version, other in found.items() if other == made), None)
        found[info.name.split("-")[1].removesuffix(".dist")] = same or made
    sys.stdout.write(json.dumps(found, indent=1, sort_keys=True) + "\n")


if __name__ == "__main__":
    main()
