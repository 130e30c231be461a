"""MW875."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import deepspeed
from wizard.domain.finding import Finding, Fix, Severity
from wizard.knowledge.axolotl.shapes import Steps, written
from wizard.knowledge.deepspeed import strict_blocks, top_keys
from wizard.rules.file._common import at, near_key, put, renamed
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW875",
    "unknown-deepspeed-key",
    "error",
    fix="unsafe",
    keys=("deepspeed",),
    crashes="Extra inputs are not permitted",
)
def unknown_deepspeed_key(self: Rule, subject: Subject) -> Iterator[Finding]:
    """A key that DeepSpeed does not have, in a `deepspeed` block or in the JSON file that `deepspeed` names.

    What it checks
        The keys of `zero_optimization`, `bf16`, `fp16`, `compile`, `tensor_parallel` and the blocks in them, in the
        config or in a JSON file that is here. At the top a key is told where one that DeepSpeed reads is near.

    Why it matters
        The run dies when DeepSpeed is set up, after the model is loaded. At the top an unknown key is dropped
        without a word, which is a warning.

    Example
        Bad:
            deepspeed:
              zero_optimization:
                stage: 3
                overlap_com: true

        Good:
            deepspeed:
              zero_optimization:
                stage: 3
                overlap_comm: true

    Fix
        The key takes the nearest name where one is near, and goes where none is. Not safe: the setting begins to
        work. A JSON file is left as it is.

    Source
        deepspeed 0.18.6 and 0.19.6 runtime/config_utils.py:96 (extra=forbid), runtime/zero/config.py and
        compile/config.py (executed), the other classes (read)
    """
    content = deepspeed.document(subject.plan)
    for name in map(str, content):
        if name not in top_keys() and near_key(name, top_keys()) is not None:
            yield _finding(self, subject, (name,), top_keys(), dies=False)
    for way, known in strict_blocks().items():
        block = at(content, way)
        for name in map(str, block) if isinstance(block, dict) else ():
            if name not in known:
                yield _finding(self, subject, (*way, name), known, dies=True)


def _finding(self: Rule, subject: Subject, steps: Steps, known: tuple[str, ...], *, dies: bool) -> Finding:
    plan, name = subject.plan, str(steps[-1])
    content, near = deepspeed.document(plan), near_key(name, known)
    what = "the run dies when it is set up" if dies else "it is dropped without a word"
    what += f"; did you mean {near}?" if near is not None else ""
    severity: Severity | None = None if dies else "warning"
    file, read = deepspeed.file(plan), deepspeed.named_file(plan)
    if file is not None and read is not None:
        inside = written(str(steps[0]), steps[1:])
        line = read.where(inside)
        message = f"{file}{f', line {line}' if line else ''}: {inside} is no key of DeepSpeed's: {what}"
        return self.finding(message, "deepspeed", plan=plan, severity=severity)
    path, block = written("deepspeed", steps), at(content, steps[:-1])
    mended: object = None
    if near is not None and isinstance(block, dict) and near not in block:
        mended, says = renamed(content, steps, near), f"{near} in place of {name}"
    elif near is None and isinstance(block, dict):
        left = {key: value for key, value in block.items() if str(key) != name}
        mended, says = put(content, steps[:-1], left), f"no {name}"
    fix = Fix({"deepspeed": mended}, "unsafe", says) if mended is not None else None
    return self.finding(f"{path} is no key of DeepSpeed's: {what}", path, plan=plan, severity=severity, fix=fix)
