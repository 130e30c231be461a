"""The wizard as questions and answers in lines: for screen readers, TERM=dumb and serial consoles."""

from wizard.plain.dialogue import run
from wizard.plain.talk import Outcome

__all__ = ["Outcome", "run"]
