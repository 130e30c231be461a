"""The settings in a Python script or a notebook: the calls that set up a training are read, and nothing is run."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator, Mapping

from wizard.domain.errors import InputError

_CALLS = ("from_pretrained", "get_peft_model", "Config", "Arguments", "Trainer")
_NOT_OF_THE_MODEL = ("AutoTokenizer", "AutoProcessor", "AutoConfig", "GenerationConfig", "PeftModel")
_FILES = ("json", "csv", "parquet", "text")
"""What `load_dataset` calls its readers of files."""
_MAGIC = re.compile(r"^\s*[%!]")


def of_notebook(text: str, name: str) -> dict[str, object]:
    """The settings in the code cells of a notebook."""
    try:
        cells = json.loads(text)["cells"]
        code = ["".join(one["source"]) for one in cells if one["cell_type"] == "code"]
    except (ValueError, KeyError, TypeError, RecursionError):
        raise InputError("not a notebook that can be read", file=name) from None
    return of_script("\n".join(code), name)


def of_script(text: str, name: str) -> dict[str, object]:
    """The arguments that are plain values, of the calls that set up a training; of two for one name the first."""
    lines = [re.sub(r"\S.*", "pass", line) if _MAGIC.match(line) else line for line in text.splitlines()]
    try:
        tree = ast.parse("\n".join(lines))
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        line = getattr(error, "lineno", None)
        raise InputError("not a Python script that can be read", file=name, line=line) from None
    nodes = [*_run(tree)]
    named = {
        target.id: node.value
        for node in nodes
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    found: dict[str, object] = {}
    for node in nodes:
        if isinstance(node, ast.Call):
            for key, value in _settings(node, named):
                found.setdefault(key, value)
    return found


def _run(tree: ast.AST) -> Iterator[ast.AST]:
    """The nodes in their order; what stands under `if False:` is not run, as scripts have it for later."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.If) and isinstance(node.test, ast.Constant) and not node.test.value:
            yield from (each for one in node.orelse for each in (one, *_run(one)))
        else:
            yield node
            yield from _run(node)


def _settings(call: ast.Call, named: Mapping[str, ast.expr]) -> Iterator[tuple[str, object]]:
    called = _called(call)
    if called == "load_dataset":
        yield from _data(call, named)
    if not called.endswith(_CALLS) or _owner(call) in _NOT_OF_THE_MODEL or called in _NOT_OF_THE_MODEL:
        return
    if called.endswith("Trainer") and called not in ("Trainer", "UnslothTrainer"):
        yield "trainer", called.removesuffix("Trainer").lower()
    if called == "LoraConfig":
        yield "peft_type", "LORA"
    if called.endswith(("from_pretrained", "Trainer")) and call.args:
        first = _plain(call.args[0], named)
        if isinstance(first, str):
            yield "model_name", first
    for keyword in call.keywords:
        value = _plain(keyword.value, named)
        if keyword.arg is not None and value is not _NOTHING:
            yield keyword.arg, value


def _data(call: ast.Call, named: Mapping[str, ast.expr]) -> Iterator[tuple[str, object]]:
    """What is loaded: the set on the hub, or the files that a reader of files is given."""
    given = {keyword.arg: _plain(keyword.value, named) for keyword in call.keywords}
    first = _plain(call.args[0], named) if call.args else given.get("path")
    files = given.get("data_files")
    if first in _FILES:
        first = next(iter(files.values()), None) if isinstance(files, dict) else files
    if isinstance(first, (str, list)):
        yield "dataset", first
        if isinstance(given.get("split"), str) and given["split"] != "train":
            yield "dataset_train_split", given["split"]


_NOTHING = object()


def _plain(node: ast.expr, named: Mapping[str, ast.expr]) -> object:
    """The value of an expression, or of the name that it is; `_NOTHING` for an object: a tokenizer, a data set."""
    node = named.get(node.id, node) if isinstance(node, ast.Name) else node
    try:
        plain = ast.literal_eval(node)
        json.dumps(plain)
    except (ValueError, TypeError, SyntaxError, RecursionError, MemoryError):
        return _NOTHING
    return plain


def _called(node: ast.Call) -> str:
    """The last name of what is called."""
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def _owner(node: ast.Call) -> str:
    """The name that it is called on; empty for none."""
    return getattr(getattr(node.func, "value", None), "id", "")
