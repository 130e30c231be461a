"""A person at `--plain` who does what a script says, by what is asked and told alone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from tests.session.scripts import Act, Came, Noted, Script
from wizard.plain import run
from wizard.questions import steps
from wizard.questions.question import Choice

PROMPTS = {"machine": "Number, or the name or size of another GPU [", "preset": "Number [", "model": "Model ["}


class Typist:
    """Types lines. `heard`: what was told since the last one, the prompt too."""

    def __init__(self, script: Script) -> None:
        self.heard = list[str]()
        self.asked = ""
        self.lines = self._typed(script)

    def read(self, prompt: str) -> str:
        self.heard.append(prompt)
        self.asked = prompt
        line = next(self.lines)
        self.heard.clear()
        return line

    def say(self, line: str) -> None:
        self.heard.append(line)

    def _typed(self, script: Script) -> Iterator[str]:
        for act in script.acts:
            if act.kind in ("choose", "type", *PROMPTS):
                yield from self._goes_to(act)
            yield str(act.place + 1) if isinstance(act.question, Choice) else act.text or act.kind
            if self.asked.startswith("Take it?"):  # an unsafe fix
                yield "yes"
        yield "write"
        yield ""

    def _goes_to(self, act: Act) -> Iterator[str]:
        """To the step, and on from question to question; Enter keeps each."""
        yield f"step {steps.STEPS[act.step].id}"
        if act.question is not None and act.question.folded:
            yield "more"
        for _ in range(20):
            if self._is_at(act):
                return
            yield ""
        raise AssertionError(f"{act} was not asked")

    def _is_at(self, act: Act) -> bool:
        if act.question is None:
            return self.asked.startswith(PROMPTS[act.kind])
        return f"{act.question.title} ({act.question.field})" in " ".join(" ".join(self.heard).split())


def said(script: Script, folder: Path) -> Came:
    """What comes of a script at `--plain`."""
    target, outside, typist = folder / "said.yml", Noted(script.demo), Typist(script)
    outcome = run(script.opening(target), outside, read=typist.read, say=typist.say)
    assert outcome.review is not None
    assert outcome.path == str(target)
    return Came.of(target, outcome.review.findings, outside)
