"""What a run costs: hours by arithmetic, times the price of an hour; unknown stays unknown."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.builders import LLAMA_8B, LORA, machine, model, plan
from wizard.axolotl.effective import effective
from wizard.domain.machine import Machine
from wizard.domain.plan import Plan
from wizard.fit.cost import RunCost, costs
from wizard.fit.search import wanted
from wizard.fit.throughput import throughput
from wizard.knowledge.prices import Price, price_of
from wizard.output.text.costs import cheapest_text, cost_row

PLAN = plan(LORA, base_model=LLAMA_8B)
TOKENS = (1e9, 2e9)


def known(of: Plan, on: Machine) -> tuple[float, float]:
    return TOKENS


def found(*names: str) -> list[RunCost]:
    machines = [machine(name) for name in names]
    return costs(PLAN, model(), machines, wanted(PLAN, 1, ("lora",), "quality"), known)


def test_it_is_tokens_by_speed_times_the_price() -> None:
    (one,) = found("a100-80gb")
    on, price = machine("a100-80gb"), price_of(machine("a100-80gb"))
    speed = throughput(model(), effective(one.found.plan, model(), on), on)
    assert speed is not None
    assert price is not None
    assert price.hour is not None
    assert one.hours == (TOKENS[0] / speed.high / 3600, TOKENS[1] / speed.low / 3600)
    assert one.dollars == pytest.approx((one.hours[0] * price.hour, one.hours[1] * price.hour))


def test_the_cheapest_comes_first_and_the_unknown_last() -> None:
    made = found("a40", "l4", "h100-80gb", "a100-80gb")
    most = [one.least[1] for one in made[:-1] if one.least is not None]
    assert len(most) == 3
    assert most == sorted(most)
    assert made[-1].machine.name == "a40"
    assert (made[-1].dollars, made[-1].within(1e9)) == (None, None)


def test_what_fits_nowhere_is_not_told() -> None:
    assert found("8GiB") == []


def test_without_data_nothing_is_reckoned() -> None:
    made = costs(PLAN, model(), [machine("l4")], wanted(PLAN, 1, ("lora",), "quality"), lambda of, on: None)
    assert [(one.hours, one.dollars) for one in made] == [(None, None)]
    assert "not known" in cheapest_text(made, 20)
    assert cost_row(made[0], 20)[3:] == ("unknown",) * 4


def priced(hour: float | None, spot: float | None) -> RunCost:
    return replace(found("l4")[0], hours=(1.0, 4.0), price=Price(hour, "a", spot, "b"))


@pytest.mark.parametrize(("budget", "within"), [(8.0, True), (7.9, None), (2.0, None), (1.9, False)])
def test_a_budget_holds_the_most_perhaps_only_the_least_or_neither(budget: float, within: bool | None) -> None:
    assert priced(2.0, None).within(budget) is within


def test_a_spot_machine_is_marked() -> None:
    both, only = priced(2.0, 0.5), priced(2.0, None)
    assert both.least == (0.5, 2.0)
    assert "l4 as a spot machine, which may be taken away, $0.5 to 2." in cheapest_text([both], 20)
    assert "spot" not in cheapest_text([only], 20)
    assert "perhaps more than the budget" in cheapest_text([only], 5)
    assert cheapest_text([only], 1) == "Nothing is within $1.00: the cheapest takes $2 to 8."
