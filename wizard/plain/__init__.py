"""The wizard as questions and answers in lines: for screen readers, TERM=dumb and serial consoles."""

from wizard.plain.dialogue import Outcome
from wizard.plain.loop import run

__all__ = ["Outcome", "run"]
