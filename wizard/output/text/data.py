"""The lengths of data as text for a terminal, 79 columns wide."""

from __future__ import annotations

from textwrap import fill

from wizard.axolotl.forms.answer import Answer, Detected, Unsure
from wizard.data.advice import NEARLY_ALL
from wizard.data.few_steps import FEW, are_few
from wizard.data.review import DataReview, Dataset, Strategy
from wizard.domain.lengths import Lengths, Measured, Spread, edges
from wizard.domain.media import CLIP_SECONDS, TOKENS_A_SECOND, Media
from wizard.domain.references import HOW_SOUND_IS_READ
from wizard.domain.text import plain
from wizard.domain.units import size
from wizard.output.yaml import written

_BAR = 40
_WIDTH = 75  # as much as fits into a frame on 80 columns
_FEW = (
    f"fewer than {FEW} steps in all: next to nothing is learned. A smaller `gradient_accumulation_steps`, more "
    "`num_epochs`, or `sample_packing: false` make more of them"
)
_TOO_LONG: dict[Strategy, str] = {
    "drop": "are longer and left out",
    "truncate": "are longer and truncated",
    "raise": "are longer, which ends the run (`excess_length_strategy: raise`)",
}
_LOST: dict[Strategy, str] = {"drop": "left out", "truncate": "truncated", "raise": "end the run"}


def data_text(name: str, review: DataReview, lines: dict[int, int | None]) -> str:
    """Each dataset with its bars, then what `sequence_len` cuts, what is padding, and the steps."""
    told: list[str] = []
    for place, one in enumerate(review.datasets):
        told += [*_dataset(one, review, lines.get(place)), ""]
    told += _together(name, review)
    told += [_say(f"assumed: {text}") for text in review.assumptions]
    return "\n".join(told)


def form_text(name: str, answer: Answer | None) -> str:
    """What a data file is taken for, with the entry to write; what has to be chosen; nothing where it is not known."""
    if isinstance(answer, Unsure):
        told = [_say(f"{name}: {answer.question}"), *(_say(f"- {one.label}: {one.says}") for one in answer.choices)]
        return "\n".join([*told, "", ""])
    if not isinstance(answer, Detected):
        return ""
    block = {"datasets": [dict(answer.entry)]} if "text_column" not in answer.entry else {
        "pretraining_dataset": [dict(answer.entry)]}  # fmt: skip
    told = [_say(f"{name}: {answer.says}"), "", written({**block, **answer.settings})]
    return "\n".join([*told, ""])


def hours_text(hours: tuple[float, float], gpu: str) -> str:
    """How long an epoch takes."""
    return _say(f"an epoch takes roughly {hours[0]:.2g} to {hours[1]:.2g} hours on {gpu}, by arithmetic")


def too_long(review: DataReview) -> bool:
    """Whether more than a few of the rows are lost for their length."""
    most = 0 if review.strategy == "raise" else 1 - NEARLY_ALL
    return review.over is not None and review.over.likely > most and not _are_cut(review)


def caution_text(review: DataReview) -> str:
    """In one sentence, what is lost of the rows or not learned of them; empty where little is, or it is not known."""
    found = []
    if review.over is not None and too_long(review):
        length = f"than sequence_len {review.schedule.sequence_len:,}"
        found.append(f"{_share(review.over)} of the rows are longer {length} and {_LOST[review.strategy]}")
    if are_few(review) and review.steps is not None:
        steps = f"{_count(review.steps)} step{'s' if review.steps.high > 1 else ''}"
        found.append(f"they make {steps} in all: next to nothing is learned")
    return "; ".join(found)


def _dataset(one: Dataset, review: DataReview, line: int | None) -> list[str]:
    if one.unknown is not None:
        return [_say(f"{one.path}: {one.unknown}")]
    if one.wrong is not None:
        return [_say(f"{one.path}: {one.wrong}")]
    form = f"{one.form.name if one.form else 'unknown'}{', by its columns' if one.guessed else ''}"
    counted = "unknown" if one.rows is None else f"{'' if one.exact else 'about '}{one.rows:,}"
    told = [_say(f"{one.path}: {form}, {counted} row{'' if one.rows == 1 else 's'}")]
    if one.share < 1:
        told.append(_say(f"read: {_percent(one.share)} of it: {one.method}"))
    if one.bad is not None:
        place = "" if line is None else f", the first on line {line}"
        told.append(_say(f"{one.bad.count:,} of {one.read:,} rows can't be read{place}: {one.bad.why}"))
    if one.measured is None or not one.measured.likely.values:
        return [*told, "no row has a length"]
    told += ["", _say(f"tokens a row, {review.counted_by}"), *_bars(one.measured.likely, review.schedule.sequence_len)]
    return [*told, "", _say(_percentiles(one.measured)), *_media(one.media)]


def _media(media: Media | None) -> list[str]:
    """Images and sound, by the headers of their files."""
    if media is None:
        return []
    told = []
    if media.sizes:
        sizes = [f"{size.width}x{size.height}" for size in (media.at(0.5), media.at(0.95), media.at(1.0))]
        told.append(
            f"images: {len(media.sizes):,}, up to {media.most} a row; half are no larger than {sizes[0]}, 95% than"
            f" {sizes[1]}, the largest is {sizes[2]}"
        )
    if media.seconds:
        half, longest = media.seconds_at(0.5), media.seconds_at(1.0)
        told.append(
            f"sound: {len(media.seconds):,} clips, half up to {half:.1f} s, the longest {longest:.1f} s:"
            f" {media.longest_clip} tokens, as Gemma 4 hears it ({TOKENS_A_SECOND} a second, up to {CLIP_SECONDS} s)"
        )
    if media.unread:
        told.append(f"images or sound not looked at: {media.unread:,} (not here, or of a kind that is not read)")
    if media.unheard:
        told.append(f"sound that is not read: {media.unheard:,} ({HOW_SOUND_IS_READ})")
    told.append("images and sound are not in the tokens above")
    return [_say(text) for text in told]


def _bars(some: Lengths, length: int) -> list[str]:
    """A line for each length that rows have, and for `sequence_len`; none where no row is."""
    ends = edges(some.longest, length)
    shares = some.histogram(ends)
    first = next((place for place, share in enumerate(shares) if share), 0)
    largest = max(shares)
    told = []
    for end, share in list(zip(ends, shares, strict=True))[min(first, ends.index(length)) :]:
        if not share and end != length:
            continue
        bar = "#" * round(_BAR * share / largest)
        mark = "  <- sequence_len" if end == length else ""
        told.append(f"  up to {end:>9,}  {_percent(share):>6}  {bar}{mark}".rstrip())
    return told


def _percentiles(measured: Measured) -> str:
    said = []
    for words, share in (("half have up to", 0.5), ("95% up to", 0.95), ("the longest has", 1.0)):
        figures = Spread(*(one.percentile(share) for one in (measured.low, measured.likely, measured.high)))
        said.append(f"{words} {_count(figures)}")
    return f"{', '.join(said)} tokens; all together {_count(measured.spread(lambda one: one.tokens))}"


def _together(name: str, review: DataReview) -> list[str]:
    schedule = review.schedule
    if review.over is None or review.steps_per_epoch is None:
        return [_say(f"{name}: steps unknown, since not all of the data is known")]
    how = "are longer and cut into several" if _are_cut(review) else _TOO_LONG[review.strategy]
    told = [_say(f"sequence_len {schedule.sequence_len:,}: {_share(review.over)} of the rows {how}")]
    if review.packing_waste and review.full_waste and review.longest_waste:
        told.append(
            _say(
                f"padding: {_share(review.packing_waste)} packed{_now(schedule.packing)}, {_share(review.full_waste)}"
                f" padded to sequence_len{_now(not schedule.packing and schedule.pads)},"
                f" {_share(review.longest_waste)} padded to the longest of {schedule.micro_batch}"
                f"{_now(not schedule.packing and not schedule.pads)}"
            )
        )
    rows = f"{schedule.batch:,} {'packed ' if schedule.packing else ''}row{'s' if schedule.batch > 1 else ''}"
    held = f", {review.held:,} kept aside to evaluate" if review.held else ""
    run = f", {_count(review.steps)} in {schedule.epochs:g} epochs" if schedule.epochs != 1 and review.steps else ""
    ends = f"; `max_steps` ends it at {review.max_steps:,}" if review.max_steps else ""
    each = _count(review.steps_per_epoch)
    steps = f"{each} step{'' if each == '1' else 's'} an epoch{run}{ends}"
    told.append(_say(f"a step takes {rows}{held}: {steps}"))
    if are_few(review):
        told.append(_say(_FEW))
    if review.prepared is not None:
        found = review.prepared
        low, likely, high = (size(value) for value in (found.low, found.likely, found.high))
        between = f" (between {low} and {high})" if low != high else ""
        told.append(_say(f"prepared, it takes {likely} on disk{between}"))
    return told


def _are_cut(review: DataReview) -> bool:
    """Whether every row is text that becomes several where it is long."""
    return all(one.form is not None and one.form.kind == "text" for one in review.datasets)


def _now(yes: bool) -> str:
    return " (as set)" if yes else ""


def _count(spread: Spread) -> str:
    low, likely, high = (f"{round(value):,}" for value in (spread.low, spread.likely, spread.high))
    return likely if low == high else f"{likely} ({low} to {high})"


def _share(spread: Spread) -> str:
    low, likely, high = (_percent(value) for value in (spread.low, spread.likely, spread.high))
    return likely if low == high else f"{likely} ({low} to {high})"


def _percent(share: float) -> str:
    if 0 < share < 0.001:
        return "<0.1%"
    return f"{100 * share:.1f}%"


def _say(text: str) -> str:
    return fill(plain(text), _WIDTH, subsequent_indent="  ", break_long_words=False, break_on_hyphens=False)
