"""Writes the catalogue of the rules and docs/rules.md from the rules' files: `python -m scripts.rules`.

A new rule gets its record in tests/rules/neighbours too; what is recorded of others is left as it is.
"""

from __future__ import annotations

import subprocess
import sys
from itertools import groupby
from pathlib import Path

from scripts.rule_catalogue import write
from wizard.rules.registry import HEADINGS, Rule

PAGE = Path(__file__).parents[1] / "docs" / "rules.md"
TITLES = {
    "1": "Batch, padding, allocation",
    "2": "Precision",
    "3": "Adapters and quantization",
    "4": "Packing and attention",
    "5": "Checkpointing, offloading, optimizers, kernels, losses",
    "6": "Several GPUs",
    "7": "Evaluation, saving, preference training, environment",
    "8": "The file itself",
    "9": "Fit",
}
HEAD = """<!-- Written by `python -m scripts.rules` from the rules' docstrings. Change those, not this page. -->

# Rules

`memwizard check FILE` judges a config by these; `memwizard explain MW102` shows one in a terminal. Each example is run
by the tests, and every rule that quotes Axolotl is held against the real validator of the newest version it holds of.

- **error**: Axolotl refuses the file, or the run will crash or run out of memory
- **warning**: it runs and hurts
- **hint**: there is something better, or something to know
- **fix**: `safe` keeps what the training computes (`--fix` applies it), `unsafe` changes it (`--unsafe-fixes`)
"""


def page(rules: tuple[Rule, ...]) -> str:
    """The whole page."""
    parts = [HEAD]
    for digit, group in groupby(rules, key=lambda rule: rule.code[2]):
        section = list(group)
        parts += [f"## {TITLES[digit]}\n", "| code | name | severity | fix | |", "|---|---|---|---|---|"]
        parts += [
            f"| [{one.code}](#{one.code.lower()}) | {one.name} | {one.severity} | {one.fix} | {_cell(one.summary)} |"
            for one in section
        ]
        parts += ["", *(text for one in section for text in _rule(one))]
    return "\n".join(parts) + "\n"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def _rule(rule: Rule) -> list[str]:
    lines = [
        f"### {rule.code}\n",
        f"**{rule.name}**, {rule.severity}, fix: {rule.fix}, since {rule.since}{_versions(rule)}\n",
    ]
    lines.append(f"{rule.summary}\n")
    for heading in HEADINGS:
        text = rule.sections.get(heading, "")
        lines.append(f"**{heading}.**" if heading == "Example" else f"**{heading}.** {' '.join(text.split())}\n")
        if heading == "Example":
            lines.append(f"\n```yaml\n{_comments(text)}\n```\n")
    return lines


def _versions(rule: Rule) -> str:
    return f"; {rule.versions}" if rule.versions else ""


def _comments(text: str) -> str:
    """`Bad:` and `Good:` become comments, so that the block is YAML."""
    lines = []
    for line in text.splitlines():
        lines.append(f"# {line.rstrip(':')}" if line.startswith(("Bad", "Good")) else line.removeprefix("    "))
    return "\n".join(lines)


if __name__ == "__main__":
    PAGE.write_text(page(write()), encoding="utf-8")
    # this process has the catalogue as it was
    subprocess.run([sys.executable, "-m", "scripts.neighbours", "--new"], check=True, stdout=subprocess.DEVNULL)
