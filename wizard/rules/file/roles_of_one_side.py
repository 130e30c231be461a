"""MW976."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import turns
from wizard.domain.finding import Finding, Fix
from wizard.rules.file._common import put
from wizard.rules.registry import Rule, Subject, rule

_USUAL = {"user": ["human", "user"], "assistant": ["gpt", "assistant"]}
"""What Axolotl takes for a role where no `roles` are written."""


@rule("MW976", "roles-of-one-side", "warning", fix="unsafe", keys=turns.LISTS)
def roles_of_one_side(self: Rule, subject: Subject) -> Iterator[Finding]:
    """`roles` that name what answers and not who asks, or the other way round.

    What it checks
        `roles` of data of type `chat_template` in supervised training: it has no `user`, or no `assistant`. Where the
        rows were read, it speaks only where they have a role that is a template's neither as it is nor by `roles`.

    Why it matters
        `roles` stands instead of Axolotl's whole list, in which `human` is the user and `gpt` the assistant. A turn of
        `human` then reaches the template as `human`: most templates leave such a turn out or give it marks that the
        model does not know, and no line of the log says so.

    Example
        Bad:
            # rows.jsonl: {"messages": [{"role": "human", "content": "a"}, {"role": "model", "content": "b"}]}
            base_model: Qwen/Qwen3-0.6B
            datasets:
              - path: rows.jsonl
                type: chat_template
                roles:
                  assistant: [model]

        Good:
            base_model: Qwen/Qwen3-0.6B
            datasets:
              - path: mlabonne/FineTome-100k
                type: chat_template
                roles:
                  user: [human, user]
                  assistant: [model]

    Fix
        The side that is missing, with the names that Axolotl itself takes for it. Not safe: the turns read otherwise.

    Source
        axolotl 0.21.0 prompt_strategies/chat_template.py:70-82, :1106 (executed)
    """
    for data in turns.marked(subject.plan):
        written = data.entry.get("roles")
        lacks = [side for side in _USUAL if side not in written] if isinstance(written, dict) and written else []
        head = subject.heads.get(str(data.entry.get("path")))
        unknown = turns.unmapped(data, head)
        if not isinstance(written, dict) or not lacks or unknown is None or (head is not None and not unknown):
            continue
        where, side = f"{data.key}[{data.place}].roles", lacks[0]
        names = [one for one in _USUAL[side] if one not in turns.known_roles(data)]
        said = f"and turns of {', '.join(sorted(unknown))} stay so" if unknown else f"and {names[0]} is none any more"
        message = f"{where} names nobody for {side}, {said}: it stands instead of Axolotl's whole list of roles"
        mended = put(subject.plan.get(data.key), (data.place, "roles"), {**written, side: names})
        fix = Fix({data.key: mended}, "unsafe", f"roles.{side}: [{', '.join(names)}]")
        yield self.finding(message, where, plan=subject.plan, fix=fix)
