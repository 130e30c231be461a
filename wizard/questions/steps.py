"""The six steps in their order."""

from __future__ import annotations

from wizard.questions.batch import BATCH
from wizard.questions.data import DATA
from wizard.questions.method import METHOD
from wizard.questions.question import Step

MACHINE = Step("machine", "Machine", "Where will it be trained?", ())
MODEL = Step("model", "Model", "What will be trained?", ())
REVIEW = Step("review", "Review", "Is it as you want it?", ())
STEPS: tuple[Step, ...] = (MACHINE, MODEL, METHOD, BATCH, DATA, REVIEW)
