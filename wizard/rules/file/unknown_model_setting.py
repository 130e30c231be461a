"""MW963."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.domain.finding import Finding, Fix
from wizard.domain.values import flag, mapping
from wizard.knowledge.models.catalogue import find
from wizard.knowledge.models.config_names import config_names
from wizard.rules.file._common import near_key, renamed
from wizard.rules.registry import Rule, Subject, rule

_KEYS = ("overrides_of_model_config", "model_config")
"""The key, and its name in older files."""
_READ_ELSEWHERE = frozenset(
    {"quantization_config", "rope_theta", "partial_rotary_factor", "attn_implementation", "auto_map", "torch_dtype"}
)
"""What libraries look for on any config, and the parts of RoPE's block by their old names (MW848)."""


@rule("MW963", "unknown-model-setting", "warning", fix="unsafe", keys=("model_config", "overrides_of_model_config"))
def unknown_model_setting(self: Rule, subject: Subject) -> Iterator[Finding]:
    """`overrides_of_model_config` sets what the model's config does not have.

    What it checks
        The names in `overrides_of_model_config` against those of the architecture's config in transformers and of the
        published config.json. The model must be of the catalogue. With `trust_remote_code` the model's own code may
        read more: nothing is said.

    Why it matters
        Axolotl puts each name onto the config, whatever it is. What is misspelled or of another architecture nobody
        reads: the model trains as if it were not written.

    Example
        Bad:
            base_model: Qwen/Qwen3-0.6B
            overrides_of_model_config:
              attention_dropuot: 0.1

        Good:
            base_model: Qwen/Qwen3-0.6B
            overrides_of_model_config:
              attention_dropout: 0.1

    Fix
        The nearest name where one is near, else the key goes. Not safe: the setting begins to work.

    Source
        axolotl 0.19.0 loaders/utils.py:202, 0.21.0 :220 (trained with on a CPU); transformers 5.16.1 and 5.20.1
        models/*/configuration_*.py
    """
    plan, model = subject.plan, subject.model
    row = find(model.id) if model is not None else None
    names = config_names(model.architecture) if model is not None else None
    if row is None or names is None or flag(plan.get("trust_remote_code")):
        return
    known = names | set(row.config) | _READ_ELSEWHERE
    for key in _KEYS:
        written = mapping(plan, key)
        for name in map(str, written):
            if name in known:
                continue
            near = near_key(name, tuple(sorted(names - {*map(str, written)})))
            message = f"{key}.{name} is nothing that the config of {row.config['model_type']} has: nobody reads it"
            if near is not None:
                message += f"; did you mean {near}?"
                fix = Fix({key: renamed(written, (name,), near)}, "unsafe", f"{near} in place of {name}")
            else:
                left = {one: value for one, value in written.items() if str(one) != name}
                fix = Fix({key: left or None}, "unsafe", f"no {name}")
            yield self.finding(message, f"{key}.{name}", plan=plan, fix=fix)
