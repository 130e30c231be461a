"""What torch's compiler holds beside a run on the CPU, where the loss is compiled."""

from __future__ import annotations

from wizard.axolotl.effective import Effective
from wizard.domain.model import Model
from wizard.knowledge.process import COMPILED, COMPILER
from wizard.memory.activations import Activations
from wizard.memory.logits import chunk_bytes, loss_moments
from wizard.memory.static import Static


def compiles_loss(settings: Effective) -> bool:
    """Whether Axolotl has torch compile the loss (0.19 to 0.21 monkeypatch/loss/chunked.py, `torch.compile`)."""
    return settings.loss == "chunked" and settings.rl is None


def compiled(settings: Effective) -> float:
    """Bytes that stay in the process from then on."""
    return float(COMPILED) if compiles_loss(settings) else 0.0


def while_compiling(model: Model, settings: Effective, known: Static, made: Activations) -> float:
    """Bytes beside what lasts, optimizer states among that, while the compiler of C++ runs; 0 where it does not.

    That is at the first piece of the logits of the first micro batch, when there are no states yet; where rows differ
    in length, at the second length once more (torch 2.13 _dynamo, automatic dynamic shapes); and in the first
    evaluation, since nothing is kept for a backward there.
    """
    if not compiles_loss(settings):
        return 0.0
    there = made.kept + loss_moments(model, settings).hidden + _first_piece(model, settings, settings.micro_batch)
    alike = settings.pads or settings.packing
    trained = there - (known.parts.states + known.paged if alike else 0.0)
    return COMPILER + max(trained, _first_piece(model, settings, settings.eval_batch) if settings.evaluates else 0.0)


def _first_piece(model: Model, settings: Effective, rows: int) -> float:
    """The logits, and the copy of an eighth of them."""
    return 4.0 * model.vocab * settings.row * rows + chunk_bytes(model, settings, rows) / 8
