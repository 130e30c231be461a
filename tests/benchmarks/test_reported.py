"""What people reported: the estimate must not have promised what then went out of memory."""

from __future__ import annotations

import pytest

from benchmarks.accuracy.reported import (
    FILE,
    GATHERED,
    GATHERED_HEADER,
    README_HEADER,
    READMES,
    Report,
    figure_lines,
    gathered_lines,
    judge,
    lines,
    main,
    readme_lines,
    reports,
)

pytestmark = pytest.mark.skipif(not reports(), reason="no reports")
REPAIRED = "ax-gemma4-12b-text"
"""Told with a kernel that no version known here takes any more."""


def test_every_report_names_its_source_and_what_was_inferred() -> None:
    for one in (*reports(), *reports(GATHERED)):
        assert one.source
        assert one.told
        assert one.inferred
        assert one.outcome in ("ran", "oom")


def test_none_is_unsafe_and_one_at_the_most_unkind_without_a_cause() -> None:
    judged = [judge(one) for one in reports()]
    assert {one.report.id for one in judged if one.verdict == "unsafe"} <= {REPAIRED}
    unkind = [one.report for one in judged if one.verdict == "unkind"]
    assert sum(not one.cause for one in unkind) <= 1
    assert {one.id for one in unkind if one.cause} == {one.report.id for one in judged if one.report.cause}
    assert len(list(lines(judged))) == len(judged)


def test_a_run_that_took_more_than_the_high_figure_is_unsafe_and_one_said_to_be_over_unkind() -> None:
    one = next(one for one in reports() if one.outcome == "ran" and one.bytes and one.gpu == "24GiB")
    assert judge(one).verdict == "right"
    more = Report(**{**{name: getattr(one, name) for name in Report.__slots__}, "bytes": 60 << 30})
    assert judge(more).verdict == "unsafe"
    small = Report(**{**{name: getattr(one, name) for name in Report.__slots__}, "gpu": "2GiB", "bytes": None})
    assert judge(small).verdict == "unkind"


def test_what_a_readme_tells_is_covered_or_it_is_said_why_not() -> None:
    judged = [judge(one) for one in reports(READMES)]
    assert all(one.report.source.startswith("axolotl 0.21.0 sdist: examples/") for one in judged)
    assert {one.report.id for one in judged if one.verdict != "right"} == {
        one.report.id for one in judged if one.report.cause
    }, "a cause for each that is unsafe or unkind, and for no other"
    assert all(len(line) == len(README_HEADER) for line in readme_lines(judged))


def test_what_was_gathered_later_is_covered_or_it_is_said_why_not() -> None:
    judged = [judge(one) for one in reports(GATHERED)]
    assert len(judged) >= 30
    differing = {one.report.id for one in judged if one.verdict != "right"}
    assert differing == {one.report.id for one in judged if one.report.cause}
    assert len(differing) <= 5
    assert all(len(line) == len(GATHERED_HEADER) for line in gathered_lines(judged))


def test_every_figure_is_printed_beside_what_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    main()
    assert len(capsys.readouterr().out.splitlines()) == sum(map(len, (reports(), reports(READMES), reports(GATHERED))))


def test_what_readmes_tell_is_nearest_to_what_the_device_needs() -> None:
    """By that `fits` is judged; what nvidia-smi may show has a cache in it that a run can do without."""
    rows = {line[0]: line for line in figure_lines([judge(one) for file in (FILE, READMES) for one in reports(file)])}
    errors = {name: float(line[2].rstrip("%")) for name, line in rows.items()}
    assert len({line[1] for line in rows.values()}) == 1
    assert min(errors, key=lambda name: errors[name]) == "of the device"
