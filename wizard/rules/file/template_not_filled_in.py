"""MW832."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from wizard.domain.finding import Finding
from wizard.knowledge.axolotl.fields import find
from wizard.rules.registry import Rule, Subject, rule

_MOST = 4


@rule("MW832", "template-not-filled-in", "error", quotes="Input should be")
def template_not_filled_in(self: Rule, subject: Subject) -> Iterator[Finding]:
    """Values that a tool was to fill in, and has not.

    What it checks
        Texts with `${NAME}` in them, and texts that are `{{ name }}` as a whole. Chat templates are none. All are told
        in one finding: other rules are not asked about these keys, and there is no estimate where it depends on one.

    Why it matters
        Axolotl fills nothing in. It refuses the text where it wants a number, finds no model of that name, and makes a
        folder that is called `${RUN}`.

    Example
        Bad:
            micro_batch_size: ${MICRO_BATCH_SIZE}

        Good:
            micro_batch_size: 2

    Fix
        Render the file first (envsubst, Jinja, the launcher that it is for) and check what comes out.

    Source
        axolotl 0.19.0 cli/config.py:248: safe_load and nothing else (executed)
    """
    plan, found = subject.plan, subject.unfilled
    if not found:
        return
    texts = ", ".join(f"{key} ({text})" for key, text in list(found.items())[:_MOST])
    more = f" and {len(found) - _MOST} more" if len(found) > _MOST else ""
    what = "a template" if len(found) == 1 else f"{len(found)} templates"
    message = (
        f"{what} that nothing has filled in: {texts}{more}. Axolotl takes the text as it stands: render the file first"
    )
    made = self.finding(message, *found, plan=plan, quoted=False)
    fields = (find(key, subject.axolotl) for key in found if key not in plan)
    if any(field is not None and not field.accepts("${}") for field in fields):
        yield replace(made, quoted=True)
    elif "base_model" in found:
        yield replace(made, crashes=True)
    else:
        yield replace(made, severity="warning")
