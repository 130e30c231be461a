"""What a rule is made of: its versions, its sections, and how much it may say."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from wizard.axolotl.effective import effective
from wizard.domain.finding import Finding, Fix
from wizard.domain.plan import Plan
from wizard.domain.version import Version
from wizard.rules.registry import MOST, Rule, Subject, rule, shortened


def subject(plan: Plan) -> Subject:
    return Subject(plan, effective(plan, None, None), None, None, None, lambda: ())


def made(say: int = 1, **more: object) -> Rule:
    @rule("MW999", "a-name", "error", quotes="q", crashes="c", **more)  # type: ignore[arg-type]
    def a_name(self: Rule, subject: Subject) -> Iterable[Finding]:
        """The summary.

        What it checks
            This.

        Source
            Here
            and there.
        """
        for number in range(say):
            yield self.finding(f"number {number}", "key", plan=subject.plan, fix=Fix({"key": 1}, "safe", "so"))

    return a_name


@pytest.mark.parametrize(
    ("since", "until", "said", "holds"),
    [
        (None, None, "", (True, True, True)),
        ("0.20", None, "of Axolotl 0.20 and later", (False, True, True)),
        (None, "0.20", "of Axolotl up to 0.20", (True, True, False)),
        ("0.20", "0.20", "of Axolotl 0.20 to 0.20", (False, True, False)),
        ("0.19", "0.20", "of Axolotl 0.19 to 0.20", (True, True, False)),
    ],
)
def test_of_which_versions_it_holds(
    since: str | None, until: str | None, said: str, holds: tuple[bool, bool, bool]
) -> None:
    one = made(axolotl_since=since, axolotl_until=until)
    assert one.versions == said
    for minor, expected in zip((19, 20, 21), holds, strict=True):
        assert one.holds(Version(0, minor)) == expected
        assert bool(list(one.check(subject(Plan({"key": 1}, axolotl=Version(0, minor)))))) == expected


def test_what_is_no_version_is_refused() -> None:
    with pytest.raises(ValueError, match="'soon' is no version of Axolotl"):
        made(axolotl_since="soon")


def test_it_is_asked_only_where_one_of_its_keys_has_a_value() -> None:
    one = made(keys=("key", "other"))
    assert [len(list(one.check(subject(Plan(values))))) for values in (
        {}, {"key": None}, {"third": 1}, {"other": 0}, {"key": 1, "other": 2})] == [0, 0, 0, 1, 1]  # fmt: skip


@pytest.mark.parametrize(("say", "heard"), [(MOST - 1, MOST - 1), (MOST, MOST), (MOST + 9, MOST + 1)])
def test_of_very_many_findings_the_last_says_that_there_are_more(say: int, heard: int) -> None:
    found = list(made(say).check(subject(Plan({"key": 1}))))
    assert len(found) == heard
    more = [one for one in found if one.message.startswith("more of the same")]
    assert len(more) == (heard > MOST)
    assert all(one.fix is None for one in more)
    assert found[0].fix is not None


def test_its_text_is_cut_into_sections() -> None:
    one = made()
    assert one.sections == {"": "The summary.", "What it checks": "This.", "Source": "Here\nand there."}
    assert (one.summary, one.source, one.topic) == ("The summary.", "Here and there.", "rules")


def test_nothing_dies_of_what_is_refused_before_or_is_less_than_the_worst() -> None:
    one, plan = made(), Plan({})
    worst, quoted = one.finding("m", plan=plan, quoted=False), one.finding("m", plan=plan)
    less = one.finding("m", plan=plan, quoted=False, severity="warning")
    same = one.finding("m", plan=plan, quoted=False, severity="error")
    assert [each.quoted for each in (worst, quoted, less, same)] == [False, True, False, False]
    assert [each.crashes for each in (worst, quoted, less, same)] == [True, False, False, True]


def test_a_long_message_is_cut_and_says_by_how_much() -> None:
    assert shortened("x" * 2000) == "x" * 2000
    assert shortened("x" * 3500) == "x" * 2000 + "… (1,500 more characters)"
