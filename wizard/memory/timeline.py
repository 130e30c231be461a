"""What is live at each moment that can be the worst."""

from __future__ import annotations

from typing import NamedTuple

from wizard.axolotl.effective import Effective
from wizard.domain.estimate import Phase
from wizard.domain.model import Model
from wizard.memory.activations import Activations
from wizard.memory.adapter import late_saved_parameters
from wizard.memory.generation import made as answers_made
from wizard.memory.generation import while_generating
from wizard.memory.loading import loading_bytes
from wizard.memory.logits import evaluation_logits, loss_moments
from wizard.memory.static import Static, passing_tapes
from wizard.memory.tape.checkpoint import LayerTape
from wizard.memory.tower import tower_gradients
from wizard.memory.weights import element_bytes, embedding_bytes


class Moment(NamedTuple):
    """What is live at one moment, in bytes. `reserved`: what is taken whole, whatever is made in it."""

    gradients: float = 0.0
    activations: float = 0.0
    logits: float = 0.0
    temporaries: float = 0.0
    reserved: float = 0.0

    @property
    def total(self) -> float:
        """All of it."""
        return self.gradients + self.activations + self.logits + self.temporaries + self.reserved


def moments(model: Model, settings: Effective, known: Static, made: Activations) -> list[tuple[Phase, Moment]]:
    """The moments that can be the worst, each with its phase."""
    parts = known.parts
    gradients, flight = parts.gradients, parts.flight
    back = flight + parts.reducing
    kept = settings.accumulation > 1 or settings.sharding.kind == "zero3"  # which keeps a place for its part of them
    waiting = parts.unsynced or (gradients if kept else 0.0)
    first, ends, own = _gradients(model, settings, known, made, waiting)
    loss = loss_moments(model, settings)
    last = max(late(model, settings), parts.flattened)
    then = flight - parts.ended + loss.weights
    seen = made.images
    if settings.image is not None:
        extra = seen.batch + seen.kept
        made = made._replace(
            kept=made.kept + extra,
            bottom=made.bottom + extra,
            lasting=made.lasting + seen.batch,
            backward=made.backward + seen.crossing,
        )
    entered = _in_first_layers(made, ends, back)
    entered = _in_divided_layers(model, settings, known, entered, own) if parts.copying else entered
    inside = 0.0 if settings.rl else made.copies  # TRL takes the loss when autocast is over
    found: list[tuple[Phase, Moment]] = [
        ("load", Moment(temporaries=loading_bytes(model, settings, known) - parts.weights)),
        ("forward", Moment(waiting, made.kept + made.copies + made.stream + made.forward + seen.beside, 0.0, flight)),
        ("forward", Moment(waiting, made.kept + inside + loss.hidden, loss.forward, then)),
        ("backward", Moment(waiting, made.kept + loss.hidden, loss.backward, then)),
        ("backward", Moment(first, made.kept + made.stream + made.backward, 0.0, back)),
        entered[0],
        ("backward", Moment(gradients, made.lasting + made.stream, 0.0, parts.closing + last)),
        ("optimizer", Moment(gradients, 0.0, 0.0, parts.step)),
        ("save", Moment(temporaries=flight)),
    ]
    if known.last_norm:
        found.append(("backward", Moment(first, made.kept + in_last_norm(known.last_norm, settings), 0.0, flight)))
    if parts.unsynced:
        found.append(("backward", Moment(waiting, made.lasting + made.stream, 0.0, flight + unsynced(model, settings))))
    if waiting and (anew := _anew(model, settings, known)):
        made_anew = anew - loss.weights  # its copy in 16 bits is gone
        found.append(("backward", Moment(waiting, made.kept + loss.hidden, 0.0, then + made_anew)))
    if settings.image is not None:
        tower, before = seen.batch + seen.kept, _before_tower(model, settings, known)
        found.append(("forward", Moment(waiting, tower + seen.forward, 0.0, flight)))
        found.append(("backward", Moment(before, tower + made.stream + seen.backward, 0.0, back)))
    if parts.opening:
        regathered = Moment(waiting, made.kept + loss.hidden, loss.saved, parts.reopening)
        found += [("forward", Moment(waiting, temporaries=parts.opening)), ("backward", regathered)]
        earlier = made.kept * (1 - 1 / max(1, model.layers)) + made.copies + made.stream
        found.append(("forward", Moment(waiting, earlier, 0.0, flight + parts.copying)))
    return [*found, *entered[1:], *_without_gradients(model, settings, known, made, waiting)]


def _anew(model: Model, settings: Effective, known: Static) -> float:
    """Bytes of lm_head's gradient, whole before it goes into that of earlier micro batches: in 16 bits, and in fp32
    where the old one is so. 0 where a loss of its own makes it early, or it waits for the embedding's (see `late`).
    """
    made = settings.loss == "cut" or (settings.loss != "liger" and not model.tied)
    if not made or not known.head_trained or settings.rl:
        return 0.0
    each = 4.0 if settings.weights_fp32 else 6.0 if settings.embeddings_fp32 else 2.0
    return each * model.vocab * model.hidden


def _without_gradients(
    model: Model, settings: Effective, known: Static, made: Activations, waiting: float
) -> list[tuple[Phase, Moment]]:
    """The moments of making answers, and of an evaluation."""
    found: list[tuple[Phase, Moment]] = []
    if not settings.evaluates and settings.generation is None:
        return found
    flight, stream = known.parts.flight, made.stream / max(1, settings.tokens)

    def needed(tokens: float, *, prompts: bool = False) -> float:
        return passing(passing_tapes(model, settings, known, prompts=prompts), stream, tokens)

    for one in answers_made(model, settings, needed):
        beside = waiting if settings.answers_amid else 0.0
        found.append(("forward", Moment(beside, one.passing, one.logits, flight + one.kept + one.weights)))
    if generating := while_generating(model, settings):
        found.append(("forward", Moment(waiting, temporaries=flight, reserved=generating)))
    if settings.evaluates:
        copied = cast_once(passing_tapes(model, settings, known))
        found += _evaluated(model, settings, made, needed(settings.eval_tokens), flight + copied)
    return found


def _evaluated(
    model: Model, settings: Effective, made: Activations, passing: float, flight: float
) -> list[tuple[Phase, Moment]]:
    """An evaluation: a layer at its worst (`passing`), then the logits beside the final norm's result.

    Preference training has more than one forward: logits of one may wait for another.
    """
    logits, tokens = evaluation_logits(model, settings), settings.eval_tokens
    if settings.rl:
        return [("eval", Moment(0.0, passing, logits, flight))]
    ended = 2.0 * made.stream / max(1, settings.tokens) * tokens
    wide = settings.casts and embedding_bytes(settings) == 4
    head = 2.0 * model.vocab * model.hidden if wide and logits else 0.0
    return [
        ("eval", Moment(0.0, passing, 0.0, flight)),
        ("eval", Moment(0.0, ended, logits, flight + head)),
    ]


def cast_once(tapes: tuple[tuple[int, LayerTape], ...]) -> float:
    """Autocast's copies of trained weights, which last a whole forward that nothing is kept of (`passing_tapes`)."""
    return sum([count * tape.copies for count, tape in tapes])


def in_last_norm(norm: LayerTape, settings: Effective) -> float:
    """Its backward at its worst, above all that the layers keep, and its output's gradient."""
    tokens = float(settings.tokens)
    return norm.forward.left(tokens) + norm.backward.peak(tokens) + norm.stream[0] * tokens


def passing(tapes: tuple[tuple[int, LayerTape], ...], stream: float, tokens: float) -> float:
    """Bytes of so many tokens' forward that nothing is kept of, in a layer at its worst. `stream`: bytes a token of
    what passes between layers: the embeddings' result, the layer's input, and its output, which is yet to be made.
    """
    return max([tape.forward.peak(tokens) - tape.forward.left(tokens) for _, tape in tapes]) + 3 * stream * tokens


def _in_first_layers(made: Activations, ends: list[float], back: float) -> list[tuple[Phase, Moment]]:
    """The worst moment of the backward of each kind's first layer."""
    passing = made.stream + made.backward
    return [
        ("backward", Moment(end, made.bottom + step.kept + (passing - step.less), 0.0, back))
        for end, step in zip(ends, made.steps, strict=True)
    ]


def _in_divided_layers(
    model: Model, settings: Effective, known: Static, entered: list[tuple[Phase, Moment]], own: list[float]
) -> list[tuple[Phase, Moment]]:
    """The same under FSDP2: the layer before is gathered meanwhile, which the first of all has not; and the one behind
    each, where a layer's gradient less is there. Layers without experts are as large as the first, if that has none.
    """
    parts, tokens = known.parts, float(settings.tokens)
    small = (parts.opening - parts.reopening) / 2
    sizes = [parts.copying if block.experts or not model.moe else small for block in model.blocks]
    found = list[tuple[Phase, Moment]]()
    for number, (phase, moment) in enumerate(entered):
        place = model.order.index(number) if model.order else 0
        before = sizes[model.order[place - 1]] if place else 0.0
        here = moment._replace(temporaries=moment.temporaries - 2 * parts.copying + sizes[number] + before)
        found.append((phase, here))
        if model.order and place + 1 < len(model.order):
            behind = model.order[place + 1]
            found.append((phase, Moment(
                max(0.0, moment.gradients - own[behind]),
                moment.activations + known.tapes[number][1].forward.left(tokens),
                0.0,
                moment.temporaries - 2 * parts.copying + sizes[behind] + sizes[number],
            )))  # fmt: skip
    return found


def _gradients(
    model: Model, settings: Effective, known: Static, made: Activations, waiting: float
) -> tuple[float, list[float], list[float]]:
    """Gradients that exist when the backward enters the last layer, when it enters the first of each kind, and those
    that one layer of each makes.
    """
    parts = known.parts
    element = float(embedding_bytes(settings))
    share = parts.gradients / known.whole.gradients if known.whole.gradients else 0.0
    if settings.lora is not None:
        head = 2.0 * model.vocab * model.hidden if known.head_trained and not waiting else waiting
        there = parts.gradients - share * element_bytes(settings) * late_saved_parameters(model, settings.lora)
        ends = [max(waiting, there - share * step.own) for step in made.steps]
        own = [0.0 if waiting else share * tape.own for _, tape in known.tapes]
        return min(max(waiting, parts.gradients), head), ends, own
    if waiting:  # new gradients go into the old ones, but for a tied lm_head's, which waits for the embedding's
        late = element * model.vocab * model.hidden if model.tied else 0.0
        return waiting + late, [max(waiting, parts.gradients) + late] * len(made.steps), [0.0] * len(made.steps)
    head = element * (settings.scores.number if settings.scores else model.vocab) * model.hidden
    embedding = element * model.late_embeddings
    there = known.whole.gradients - embedding - tower_gradients(model, settings)
    told = sum(count * tape.own for count, tape in known.tapes)  # a mixer's tape is near its weights, not at them
    scale = (there - head) / told if told else 0.0
    ends = [share * max(head, there - scale * step.own) for step in made.steps]
    return share * head, ends, [share * scale * tape.own for _, tape in known.tapes]


def _before_tower(model: Model, settings: Effective, known: Static) -> float:
    """Gradients that exist when the backward enters the tower: all of the text's but the embedding's, which is last.

    Where layers attend to the images, the tower runs first and the embedding waits for nothing of it: its is there too.
    """
    parts, whole = known.parts, known.whole.gradients
    if settings.lora is not None or settings.accumulation > 1 or not whole:
        return max(parts.gradients, parts.unsynced)
    element = float(embedding_bytes(settings))
    crossed = any(block.cross for block in model.blocks)
    embedding = 0.0 if crossed else element * model.late_embeddings
    return parts.gradients / whole * (whole - embedding - tower_gradients(model, settings))


def late(model: Model, settings: Effective) -> float:
    """What the last step of the backward makes: the tied embedding's, or a second embedding's gradient anew before it
    goes into that of earlier micro batches.
    """
    return _late(model, settings, earlier=settings.accumulation > 1)


def unsynced(model: Model, settings: Effective) -> float:
    """The same where gradients wait undivided: not in the last micro batch, and the first has no earlier one."""
    return _late(model, settings, earlier=settings.accumulation > 2)


def _late(model: Model, settings: Effective, *, earlier: bool) -> float:
    others = model.embedding_parameters - model.vocab * model.hidden if earlier else 0
    element = float(embedding_bytes(settings))
    again = element * others if settings.lora is None and others > model.vocab * model.hidden else 0.0
    return _tied(model, settings, earlier=earlier) + again


def _tied(model: Model, settings: Effective, *, earlier: bool) -> float:
    """Where lm_head's gradient meets the embedding's: both, and their sum where neither can be added into.

    The plain loss's is a transposed view, which autograd copies (torch 2.13, seen on real tensors), but for
    an fp32 lm_head, whose gradient is a cast.
    """
    if not model.tied or settings.lora is not None:
        return 0.0
    element = float(embedding_bytes(settings))
    view = settings.loss in ("plain", "chunked") and not settings.embeddings_fp32
    copies = (2 if view else 1) + earlier  # the gradient of earlier micro batches is there already
    return element * model.vocab * model.hidden * copies
