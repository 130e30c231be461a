"""MW870."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.domain.finding import Finding, Fix
from wizard.domain.nearest import closest
from wizard.domain.text import in_yaml
from wizard.domain.values import mapping
from wizard.knowledge.axolotl.gguf import gguf_types
from wizard.rules.registry import Rule, Subject, rule

_QUANTIZED = ("q8_0", "tq1_0", "tq2_0")


@rule(
    "MW870",
    "export-impossible",
    "error",
    fix="unsafe",
    keys=("export",),
    quotes=(
        "Unknown GGUF quant type(s)",
        "llama.cpp cannot requantize from",
        "`export.outfile` needs a",
        "object is not iterable",
    ),
    axolotl_since="0.20",
)
def export_impossible(self: Rule, subject: Subject) -> Iterator[Finding]:
    """An `export` to GGUF that llama.cpp can't make.

    What it checks
        `export.quantize`, a list or a text with commas: anything else, a type that `llama-quantize` does not know;
        any type beside an `outtype` that is quantized already (q8_0, tq1_0, tq2_0); or an `outfile` without the
        place `{ftype}` for each type.

    Why it matters
        Axolotl refuses the file.

    Example
        Bad:
            export: {quantize: [Q4_K_X]}

        Bad:
            export: {quantize: true}

        Bad:
            export: {quantize: [Q4_K_M], outtype: q8_0}

        Bad:
            export: {quantize: [Q4_K_M], outfile: model.gguf}

        Good:
            export: {quantize: "Q4_K_M,q8_0", outfile: "model-{ftype}.gguf"}

    Fix
        The nearest type where one is near; `outtype: f16`; or the default `outfile`. Not safe: another file.

    Source
        axolotl 0.20.0 utils/schemas/export.py:43 (executed)
    """
    plan, block = subject.plan, mapping(subject.plan, "export")
    written = block.get("quantize")
    listed = written.split(",") if isinstance(written, str) else written if isinstance(written, list) else []
    listed = list(map(str, written)) if isinstance(written, dict) else listed
    types = [str(one).strip().upper() for one in listed]
    unknown = [one for one in types if one not in gguf_types()]
    outfile, changed = block.get("outfile"), {**block}
    if written and not isinstance(written, (str, list, dict)):
        why = f"quantize: {in_yaml(written)} is no list of types"
        del changed["quantize"]
    elif unknown:
        near = closest(unknown[0], gguf_types(), 0.6)
        why = f"quantize: llama.cpp has no {unknown[0]}" + (f"; did you mean {near}?" if near else "")
        kept = [one if one in gguf_types() else closest(one, gguf_types(), 0.6) for one in types]
        changed["quantize"] = [one for one in kept if one]
    elif types and block.get("outtype") in _QUANTIZED:
        why, changed["outtype"] = f"outtype {block['outtype']} can't be quantized again", "f16"
    elif types and isinstance(outfile, str) and outfile and "{ftype}" not in outfile:
        why = "outfile has no {ftype}, and several files would have one name"
        del changed["outfile"]
    else:
        return
    fix = Fix({"export": changed}, "unsafe", "an export that llama.cpp can make")
    yield self.finding(f"export.{why}: Axolotl refuses the file", "export", plan=plan, fix=fix)
