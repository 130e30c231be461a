"""MW814."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import dataset_types, datasets, plugins, row_keys
from wizard.axolotl.datasets import DatasetEntry
from wizard.domain.finding import Finding, Fix
from wizard.domain.plan import Plan
from wizard.knowledge.axolotl.shapes import Schema, Steps, Stray, misfits, model, strays, written
from wizard.rules.file._common import at, near_key, put, renamed
from wizard.rules.registry import Rule, Subject, rule

_APART = frozenset({"fsdp_config", *datasets.KEYS})
"""Blocks whose keys have two spellings have a rule of their own; datasets are read by several models."""


@rule("MW814", "unknown-inner-key", "warning", fix="unsafe")
def unknown_inner_key(self: Rule, subject: Subject) -> Iterator[Finding]:
    """A key inside a block that Axolotl does not have.

    What it checks
        Each key inside `trl`, `vllm`, `peft`, `special_tokens`, `quantization`, the entries of `datasets` and every
        other block whose keys Axolotl lists, those of listed plugins too, at every depth. Blocks that are handed to a
        library as they are, such as `model_kwargs`, are not.

    Why it matters
        Axolotl drops an unknown key without a word, inside a block as at the top: `trl.num_generation: 8` trains
        with TRL's own number of answers, and `train_on_split` in a dataset changes nothing.

    Example
        Bad:
            vllm:
              gpu_memory_util: 0.5

        Bad:
            datasets:
              - path: data.jsonl
                field_instruction: question
                field_output: answer

        Good:
            vllm:
              gpu_memory_utilization: 0.5

    Fix
        The key takes the nearest name where one is near, or moves into the block under `type` that has it. Not safe:
        the setting begins to work.

    Source
        axolotl 0.19.0 and 0.21.0 utils/schemas/ and integrations/*/args.py (pydantic drops extra keys in nested models
        too), field lists generated from each version (executed)
    """
    plan = subject.plan
    shapes = plugins.shapes_of(plan)
    for key, value in plan.values.items():
        if key in shapes and key not in _APART and isinstance(value, (dict, list)):
            for stray in strays(shapes[key], value):
                yield _finding(self, plan, key, stray, shapes[key], ())
    for entry in datasets.entries(plan):
        shape = model(entry.model, entry.version)
        for stray in strays(shape, entry.values):
            in_type = stray.steps[0] == "type" and dataset_types.unread_block(plan, entry)
            if in_type or datasets.known_elsewhere(entry, stray.steps):
                continue
            if row_keys.of_block(entry, stray.steps):
                yield _outside_its_block(self, plan, entry, str(stray.steps[0]))
            else:
                yield _finding(self, plan, entry.key, stray, shape, (entry.number,))


def _outside_its_block(self: Rule, plan: Plan, entry: DatasetEntry, name: str) -> Finding:
    """Of a key that Axolotl has one level deeper."""
    moved, fix = row_keys.into_block(entry), None
    if moved is not None:
        whole = put(plan.get(entry.key), (entry.number,), moved)
        fix = Fix({entry.key: whole}, "unsafe", f"{name} into the block under type")
    message = f"{entry.path(name)} is no key that Axolotl has here: it is dropped without a word; it belongs into a "
    return self.finding(f"{message}block under type, `type: {{{name}: ...}}`", entry.path(name), plan=plan, fix=fix)


def _finding(self: Rule, plan: Plan, key: str, stray: Stray, shape: Schema, start: Steps) -> Finding:
    """`start`: the way to what the shape is of."""
    name, path = str(stray.steps[-1]), written(key, (*start, *stray.steps))
    message = f"{path} is no key that Axolotl has: it is dropped without a word"
    near = near_key(name, stray.known)
    if near is None:
        return self.finding(message, path, plan=plan)
    value, fix = at(plan.values[key], start), None
    block = at(value, stray.steps[:-1])
    if isinstance(block, dict) and near not in block:
        mended = renamed(value, stray.steps, near)
        if len(misfits(shape, mended)) <= len(misfits(shape, value)):  # else Axolotl would refuse it
            fix = Fix({key: put(plan.values[key], start, mended)}, "unsafe", f"{near} in place of {name}")
    return self.finding(f"{message}; did you mean {near}?", path, plan=plan, fix=fix)
