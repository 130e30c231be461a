"""The JSON of `memwizard data`."""

from __future__ import annotations

from typing import Literal

from wizard.axolotl.forms.answer import Answer, Detected, Unsure
from wizard.data.review import DataReview, Dataset
from wizard.domain.lengths import Lengths, Spread, edges
from wizard.domain.media import Media
from wizard.output.json.shape import LineShape, Shape

PERCENTILES = {"p50": 0.5, "p90": 0.9, "p95": 0.95, "p99": 0.99}


class CountOut(Shape):
    """A range of a count: rows, tokens or steps. The three are one where it is known."""

    low: int
    likely: int
    high: int


class ShareOut(Shape):
    """A range of a share, from 0 to 1."""

    low: float
    likely: float
    high: float


class BarOut(Shape):
    """The share of rows with `over` < tokens <= `up_to`, by the likely count of tokens."""

    over: int
    up_to: int
    share: float


class BadOut(Shape):
    """Rows that the type can't read: how many of those read; of the first, the line and why."""

    count: int
    line: int | None
    why: str


class MediaOut(Shape):
    """Images and sound that the rows read refer to, by their headers. `images` gives [width, height] by share of the
    images: p50, p95, max; `seconds` the same of sound. `unread`: not on this machine, or of a kind that is not read.
    """

    rows: int
    most_images: int
    images: dict[str, list[int]]
    seconds: dict[str, float]
    unread: int


class DatasetOut(Shape):
    """One file of `datasets`. What is not known is null; `unknown` says why, `wrong` which columns are not there."""

    path: str
    type: str | None
    type_guessed: bool
    columns: list[str]
    rows: int | None
    rows_exact: bool
    sampled: int
    share_read: float
    method: str
    wrong: str | None
    unknown: str | None
    bad: BadOut | None
    tokens: CountOut | None
    longest: CountOut | None
    percentiles: dict[str, CountOut]
    histogram: list[BarOut]
    media: MediaOut | None


class HoursOut(Shape):
    """Hours of an epoch, roughly."""

    low: float
    high: float


class ChoiceOut(Shape):
    """One way to read a data file, where it is not certain: its name, and the entry of `datasets`."""

    label: str
    entry: dict[str, object]


class DataOut(LineShape):
    """The line of `memwizard data --json`. What depends on a dataset that is not known is null.

    `entry`: what reads a data file that was named, as it is written under `datasets`; `settings`: keys of the config
    that such rows ask for beside it. Where it is not certain, `question` and `choices`.
    `prepared_bytes`: of the rows as Axolotl keeps them on disk; of pairs and images not known.
    `epoch_hours`: only with `--gpu`, and where model and rate are known.
    """

    config: str
    entry: dict[str, object] | None
    settings: dict[str, object]
    question: str | None
    choices: list[ChoiceOut]
    datasets: list[DatasetOut]
    counted_by: str
    exact_tokenizer: bool
    sequence_len: int
    too_long: Literal["drop", "truncate", "raise"]
    over: ShareOut | None
    tokens_over: ShareOut | None
    rows_kept: CountOut | None
    rows_held: int
    packing: bool
    packing_waste: ShareOut | None
    full_padding_waste: ShareOut | None
    longest_padding_waste: ShareOut | None
    rows_per_step: int
    gpus: int
    epochs: float
    steps_per_epoch: CountOut | None
    steps: CountOut | None
    max_steps: int | None
    epoch_hours: HoursOut | None
    prepared_bytes: CountOut | None
    assumptions: list[str]


def data_out(
    name: str,
    review: DataReview,
    lines: dict[int, int | None],
    hours: tuple[float, float] | None = None,
    answer: Answer | None = None,
) -> DataOut:
    """A review of data as JSON. `lines`: of the first bad row of each dataset, by its place in the list.

    `answer`: what a data file that was named is taken for.
    """
    found = answer if isinstance(answer, Detected) else None
    asked = answer if isinstance(answer, Unsure) else None
    schedule = review.schedule
    return DataOut(
        config=name,
        entry=dict(found.entry) if found else None,
        settings=dict(found.settings) if found else {},
        question=asked.question if asked else None,
        choices=[ChoiceOut(label=one.label, entry=dict(one.entry)) for one in asked.choices] if asked else [],
        datasets=[_dataset(one, schedule.sequence_len, lines.get(place)) for place, one in enumerate(review.datasets)],
        counted_by=review.counted_by,
        exact_tokenizer=review.exact_tokenizer,
        sequence_len=schedule.sequence_len,
        too_long=review.strategy,
        over=_share(review.over),
        tokens_over=_share(review.tokens_over),
        rows_kept=_count(review.kept),
        rows_held=review.held,
        packing=schedule.packing,
        packing_waste=_share(review.packing_waste),
        full_padding_waste=_share(review.full_waste),
        longest_padding_waste=_share(review.longest_waste),
        rows_per_step=schedule.batch,
        gpus=schedule.gpus,
        epochs=schedule.epochs,
        steps_per_epoch=_count(review.steps_per_epoch),
        steps=_count(review.steps),
        max_steps=review.max_steps,
        epoch_hours=HoursOut(low=hours[0], high=hours[1]) if hours else None,
        prepared_bytes=_count(review.prepared),
        assumptions=list(review.assumptions),
    )


def _dataset(one: Dataset, length: int, line: int | None) -> DatasetOut:
    measured = one.measured
    some = measured.likely if measured is not None else Lengths((), 0)
    ends = edges(some.longest, length) if some.values else ()
    return DatasetOut(
        path=one.path,
        type=one.form.name if one.form else None,
        type_guessed=one.guessed,
        columns=list(one.columns),
        rows=one.rows,
        rows_exact=one.exact,
        sampled=one.read,
        share_read=round(one.share, 6),
        method=one.method,
        wrong=one.wrong,
        unknown=one.unknown,
        bad=BadOut(count=one.bad.count, line=line, why=one.bad.why) if one.bad else None,
        tokens=_count(measured.spread(lambda part: part.tokens)) if measured else None,
        longest=_count(measured.spread(lambda part: part.longest)) if measured else None,
        percentiles={
            name: CountOut(
                low=measured.low.percentile(share),
                likely=measured.likely.percentile(share),
                high=measured.high.percentile(share),
            )
            for name, share in PERCENTILES.items()
        }
        if measured
        else {},
        histogram=[
            BarOut(over=before, up_to=end, share=round(share, 6))
            for before, end, share in zip((0, *ends), ends, some.histogram(ends), strict=False)
        ],
        media=_media(one.media),
    )


def _media(media: Media | None) -> MediaOut | None:
    if media is None:
        return None
    shares = {"p50": 0.5, "p95": 0.95, "max": 1.0}
    return MediaOut(
        rows=media.rows,
        most_images=media.most,
        images={name: list(media.at(share)) for name, share in shares.items()} if media.sizes else {},
        seconds={name: round(media.seconds_at(share), 3) for name, share in shares.items()} if media.seconds else {},
        unread=media.unread,
    )


def _count(spread: Spread | None) -> CountOut | None:
    if spread is None:
        return None
    return CountOut(low=int(spread.low), likely=int(spread.likely), high=int(spread.high))


def _share(spread: Spread | None) -> ShareOut | None:
    if spread is None:
        return None
    return ShareOut(low=round(spread.low, 6), likely=round(spread.likely, 6), high=round(spread.high, 6))
