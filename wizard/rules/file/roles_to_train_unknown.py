"""MW823."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import packing, turns
from wizard.axolotl.turns import Turns
from wizard.domain.finding import Finding, Fix, Severity
from wizard.domain.nearest import closest
from wizard.domain.plan import Plan
from wizard.rules.file._common import put
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW823",
    "roles-to-train-unknown",
    "error",
    fix="unsafe",
    keys=turns.LISTS,
    crashes="The dataset has no samples left after dropping samples with no trainable tokens",
)
def roles_to_train_unknown(self: Rule, subject: Subject) -> Iterator[Finding]:
    """A role to train that no turn has.

    What it checks
        `roles_to_train` of data of type `chat_template` in supervised training: a name that is neither one of user,
        human, assistant, gpt, system and tool (or of `roles`, where that is set) nor a role in the rows that were
        read, and near to one of them; every name, where the rows were read and have none of them; or an empty list.

    Why it matters
        Axolotl compares the names and masks every other turn: with none left the loss is 0 from the first step, the
        run ends well and has trained nothing. With packing that is an error: the run stops after the rows are
        tokenized ("The dataset has no samples left after dropping samples with no trainable tokens").

    Example
        Bad:
            base_model: Qwen/Qwen3-0.6B
            datasets:
              - path: mlabonne/FineTome-100k
                type: chat_template
                roles_to_train: [asistant]

        Bad:
            # rows.jsonl: {"messages": [{"role": "user", "content": "a"}, {"role": "model", "content": "b"}]}
            base_model: Qwen/Qwen3-0.6B
            datasets:
              - path: rows.jsonl
                type: chat_template
                roles_to_train: [assistant]

        Good:
            base_model: Qwen/Qwen3-0.6B
            datasets:
              - path: mlabonne/FineTome-100k
                type: chat_template
                roles_to_train: [assistant]

    Fix
        The name that is near, or the one role of the rows that answers. Not safe: other tokens are trained.

    Source
        axolotl 0.19.0 and 0.21.0 prompt_strategies/chat_template.py:329, :540, utils/trainer.py:280 (trained with on a
        CPU)
    """
    plan = subject.plan
    severity: Severity = "error" if packing.sample_packing(plan) else "warning"
    for data in turns.marked(plan):
        names = turns.roles_to_train(plan, data)
        if names is None:
            continue
        where = f"{data.key}[{data.place}].roles_to_train"
        head = subject.heads.get(str(data.entry.get("path")))
        there = turns.roles_in(data, head) if head is not None else frozenset[str]()
        renamed = turns.known_roles(data)
        trained = {renamed.get(one, one) for one in names}
        if not names:
            fix: Fix | None = _fix(plan, data, ["assistant"])
            message = f"{where} is empty: every turn is masked, and nothing is trained"
            yield self.finding(message, where, plan=plan, severity=severity, fix=fix)
        elif there and not trained & {renamed.get(one, one) for one in there}:
            answering = sorted(one for one in there if renamed.get(one) not in ("user", "system", "tool"))
            fix = _fix(plan, data, answering) if len(answering) == 1 else None
            message = f"{where}: no turn of the rows that were read is of {', '.join(names)} (their roles: "
            message += f"{', '.join(sorted(there))}): nothing is trained"
            yield self.finding(message, where, plan=plan, severity=severity, fix=fix)
        else:
            known = tuple(sorted({*renamed, *renamed.values(), *there}))
            yield from _misspelled(self, plan, data, names, known)


def _misspelled(self: Rule, plan: Plan, data: Turns, names: list[str], known: tuple[str, ...]) -> Iterator[Finding]:
    where = f"{data.key}[{data.place}].roles_to_train"
    stops = len(names) == 1 and packing.sample_packing(plan)
    for place, name in enumerate(names):
        near = closest(name.lower(), known, 0.75) if name not in known else None
        if near is not None:
            fix = _fix(plan, data, [*names[:place], near, *names[place + 1 :]])
            what = "nothing is trained" if len(names) == 1 else "no turn is trained for it"
            message = f"{where}: {name} is no role that is known, and {what}; did you mean {near}?"
            yield self.finding(message, where, plan=plan, severity="error" if stops else "warning", fix=fix)


def _fix(plan: Plan, data: Turns, roles: list[str]) -> Fix:
    mended = put(plan.get(data.key), (data.place, "roles_to_train"), roles)
    return Fix({data.key: mended}, "unsafe", f"roles_to_train: [{', '.join(roles)}]")
