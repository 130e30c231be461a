"""Begins a rule: its file with the headings to fill in, under the next code of its topic, and its row in the catalogue.

python -m scripts.new_rule TOPIC NAME "one line"
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

from scripts.rule_catalogue import FOLDER, HUNDREDS, read, write
from wizard.domain.nearest import did_you_mean
from wizard.rules.entry import Entry
from wizard.rules.registry import Rule

_SKELETON = '''"""{code}."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.domain.finding import Finding
from wizard.rules.registry import Rule, Subject, rule


@rule("{code}", "{name}", "warning", keys=("TODO",))
def {function}(self: Rule, subject: Subject) -> Iterator[Finding]:
    """{line}

    What it checks
        TODO: the values for which it speaks.

    Why it matters
        TODO: what they cost, and whom.

    Example
        Bad:
            TODO: true

        Good:
            TODO: false

    Fix
        TODO: what to do instead. Safe, or unsafe, and why; or that there is none.

    Source
        TODO: axolotl VERSION FILE:LINE (executed, or read)
    """
    plan = subject.plan
    if plan.get("TODO"):
        yield self.finding("TODO: what is wrong, and what follows", "TODO", plan=plan)
'''
_NEXT = """{file} is {code}, and in the catalogue. Fill in what says TODO
(`keys`: what makes it asked; `quotes`: what Axolotl says then; `fix`: safe, unsafe or none;
wizard/rules/batch/prefetch_without_workers.py is a short one with a fix), then:
  python -m scripts.rules
  python -m pytest tests/rules -k "{code} or files"
  python -m tests.rules.test_axolotl_agrees {code}    # where it quotes Axolotl
When it is done, two minutes:
  python -m pytest tests/rules tests/conformance tests/axolotl tests/test_docs.py tests/test_one_reader.py
"""


def new_rule(topic: str, name: str, line: str) -> Entry:
    """Write the file and the catalogue. Raises ValueError, with nothing written, for what can't be a rule."""
    if topic not in HUNDREDS:
        raise ValueError(
            f"there is no topic '{topic}'.{did_you_mean(topic, HUNDREDS)} There are {', '.join(HUNDREDS)}."
        )
    if not re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", name) or len(name) > 60:
        raise ValueError(f"'{name}' is no name: small letters and digits in words joined by '-', 60 at most")
    if not line.endswith(".") or len(line.splitlines()) != 1 or len(line) > 110 or '"""' in line or "\\" in line:
        raise ValueError("the line about the rule is one sentence that ends in a full stop, 110 characters at most")
    rules = read()
    taken = next((rule for rule in rules if rule.name == name), None)
    if taken is not None:
        raise ValueError(f"{taken.code} has the name {name}: {taken.entry.file}")
    entry = Entry(next_code(topic, rules), topic, name, ("TODO",))
    path = FOLDER / topic / f"{entry.function}.py"
    text = _SKELETON.format(code=entry.code, name=name, function=entry.function, line=line)
    path.write_text(text, encoding="utf-8")
    write()
    return entry


def next_code(topic: str, rules: tuple[Rule, ...]) -> str:
    """The code after the last of the topic's hundred; a gap before it may be of a rule that is gone."""
    first = HUNDREDS[topic] * 100
    last = max((int(rule.code[2:]) for rule in rules if int(rule.code[2:]) // 100 * 100 == first), default=first)
    if last == first + 99:
        raise ValueError(
            f"the codes of {topic} end with MW{last}: give it others in HUNDREDS of scripts/rule_catalogue.py"
        )
    return f"MW{last + 1}"


def main(arguments: list[str]) -> int:
    """Begin the rule that the command line names, and say what to type next."""
    if len(arguments) != 3:
        sys.stderr.write(f'python -m scripts.new_rule TOPIC NAME "one line"\nTopics: {", ".join(HUNDREDS)}\n')
        return 2
    try:
        entry = new_rule(*arguments)
    except ValueError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    sys.stdout.write(_NEXT.format(file=Path(entry.file), code=entry.code))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
