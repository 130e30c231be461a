"""The states of one wizard in order: back and forth between them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from wizard.domain.machine import Machine
from wizard.session.state import State


@dataclass(frozen=True, slots=True)
class PastState:
    """A change: what it says, the state on its other side, and the likely device bytes it needed there.

    `typed`: the box it was typed into, empty where it was chosen.
    """

    says: str
    state: State
    needs: int | None = None
    typed: str = ""


@dataclass
class History:
    """The changes of one wizard, in order. Every change makes a new one; none is lost."""

    state: State
    past: list[PastState] = field(default_factory=list)
    future: list[PastState] = field(default_factory=list)

    def change(self, state: State, says: str, needs: int | None = None, typed: str = "") -> bool:
        """Go to a new state; `says` names the change, `needs` is what the present one needs. False: nothing changed.

        What is typed on in one box is one change: `20`, `204`, `2048` are undone together.
        """
        if state == self.state:
            return False
        if self._types_on(typed):
            if state == self.past[-1].state:  # typed back to what it was
                self.past.pop()
            else:
                self.past[-1] = replace(self.past[-1], says=says)
        else:
            self.past.append(PastState(says, self.state, needs, typed))
        self.future.clear()
        self.state = state
        return True

    def before_typing(self, typed: str) -> State:
        """The state that what is typed in a box changes: that from before its first key, or else the present one."""
        before = self.past[-1].state if self._types_on(typed) else self.state
        return before if before.machine == self.state.machine else self.state

    def _types_on(self, typed: str) -> bool:
        return bool(typed and not self.future and self.past and self.past[-1].typed == typed)

    def recent(self, needs: int | None, most: int = 3) -> list[tuple[str, int | None]]:
        """The last changes, the latest first, with the bytes that each added. `needs`: what the present state needs."""
        found, after = list[tuple[str, int | None]](), needs
        for change in reversed(self.past[-most:]):
            known = after is not None and change.needs is not None
            found.append((change.says, after - change.needs if known else None))  # type: ignore[operator]
            after = change.needs
        return found

    def undo(self, needs: int | None = None) -> str | None:
        """Go back one change; the name of the change undone, None where there is none."""
        return self._step(self.past, self.future, needs)

    def redo(self, needs: int | None = None) -> str | None:
        """Do again what was undone."""
        return self._step(self.future, self.past, needs)

    def _step(self, source: list[PastState], target: list[PastState], needs: int | None) -> str | None:
        if not source:
            return None
        change = source.pop()
        target.append(replace(change, state=self.state, needs=needs))
        self.state = change.state.on_now(self.state.machine) if self._same_machine(change.state) else change.state
        return change.says

    def _same_machine(self, other: State) -> bool:
        """Whether another state is on this machine, perhaps with other memory free."""

        def known(machine: Machine) -> object:
            return machine.origin, machine.name, [(gpu.uuid, gpu.name, gpu.total_bytes) for gpu in machine.gpus]

        return known(self.state.machine) == known(other.machine)
