"""MW802."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import plugins
from wizard.domain.finding import Finding, Fix
from wizard.domain.plan import REMOVE
from wizard.knowledge.axolotl.fields import fields, plugin_fields
from wizard.rules.registry import Rule, Subject, rule

_OFF = (None, False, 0, "", "false")


@rule("MW802", "plugin-key-without-plugin", "warning", fix="unsafe")
def plugin_key_without_plugin(self: Rule, subject: Subject) -> Iterator[Finding]:
    """A plugin's key without its plugin.

    What it checks
        Each key that only exists while its plugin is listed under `plugins`, such as `liger_rms_norm` or
        `cut_cross_entropy`, where that plugin is not listed.

    Why it matters
        Axolotl drops the key without a word, and with it the memory that was to be saved: a fused loss that is
        not there costs gigabytes for a large vocabulary.

    Example
        Bad:
            liger_fused_linear_cross_entropy: true

        Good:
            plugins:
              - axolotl.integrations.liger.LigerPlugin
            liger_fused_linear_cross_entropy: true

    Fix
        The plugin is added to `plugins`. Not safe: the setting begins to work, and the plugin's package must be
        installed. Where the plugin would refuse the file, the key goes, which changes nothing.

    Source
        axolotl 0.19.0 integrations/config.py (plugin arguments are merged only for listed plugins) (executed)
    """
    plan = subject.plan
    known, ours = fields(subject.axolotl), plugin_fields(subject.axolotl)
    for key in plan:
        field = ours.get(key)
        if field is None or key in known or field.plugin is None or plugins.listed(plan, field.plugin):
            continue
        if plan.values[key] in _OFF:
            continue
        fix = subject.first_that_runs(
            Fix({"plugins": [*plugins.plugins(plan), field.plugin]}, "unsafe", f"{field.plugin} in `plugins`"),
            Fix({key: REMOVE}, "unsafe", f"no {key}"),
        )
        message = f"{key} has no effect: {field.plugin} is not in `plugins`, so it is dropped without a word"
        yield self.finding(message, key, "plugins", plan=plan, fix=fix)
