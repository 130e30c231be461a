"""The application: themes, the first screens, what keeps watch beside, what it leaves behind."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterable, Mapping
from functools import partial
from pathlib import Path
from typing import ClassVar

from textual.actions import ActionParseResult
from textual.app import App, SystemCommand
from textual.binding import Binding, BindingType
from textual.dom import DOMNode
from textual.driver import Driver
from textual.events import Key
from textual.screen import ModalScreen, Screen

from wizard.domain.machine import Machine
from wizard.review import Review
from wizard.session.draft import Draft
from wizard.session.opening import Opening
from wizard.session.ports import Outside
from wizard.ui import providers
from wizard.ui.alt_digits import know_alt_digits
from wizard.ui.composed import Composed
from wizard.ui.look import Look
from wizard.ui.palette import Palette
from wizard.ui.screens.wizard import WizardScreen
from wizard.ui.sparing_app import SparingApp
from wizard.ui.themes import NAMES

WATCH = 15.0
"""Seconds between two looks at the memory that is free."""
PATIENT = 3.0
"""Seconds that a driver may take before the data that were named are taken without it."""


def _is_typed(event: Key) -> bool:
    """Whether a key is one of a text, or leads to a step; a blank and `q` close a page."""
    return event.key.startswith("alt+") or (event.is_printable and event.character not in (" ", "q"))


class MemwizardApp(SparingApp):
    """memwizard in a terminal."""

    TITLE = "memwizard"
    ENABLE_COMMAND_PALETTE = True
    CSS_PATH = Path(__file__).parent / "screens" / "wizard.tcss"
    COMMANDS = App.COMMANDS | providers.EVERY
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+p", "command_palette", "all", priority=True, tooltip="everything by name"),
        Binding("ctrl+q", "quit", "quit", priority=True, tooltip="leave; the work is kept"),
        Binding("ctrl+c", "interrupt", show=False, priority=True),
        Binding("ctrl+l", "redraw", show=False, priority=True),
    ]

    def __init__(self, opening: Opening, outside: Outside, look: Look | None = None) -> None:
        super().__init__(look)
        self.opening = opening
        self.outside = outside
        self.path: str | None = None
        self.text: str | None = None
        self.review: Review | None = None
        self.watch_every = WATCH

    def get_driver_class(self) -> type[Driver]:
        """With Alt and a digit as keys."""
        know_alt_digits()
        return super().get_driver_class()

    def get_default_screen(self) -> Screen[None]:
        """The wizard, with none below it."""
        self.wizard = WizardScreen(self.opening, self.outside)
        return self.wizard

    def on_mount(self) -> None:
        """Show over the wizard what comes first."""
        if not self.is_headless:
            self.pausing.begin(self.sparing_display.again)
        if self.opening.drafts and not self.opening.resume:
            from wizard.ui.screens.resume import ResumeScreen

            self.push_screen(ResumeScreen(self.opening.drafts, self.opening.machine), self._resume)
        elif self.opening.first and not self.opening.drafts:
            from wizard.ui.screens.welcome import WelcomeScreen

            self.push_screen(WelcomeScreen(self.wizard.session.steps))

    def goes(self, event: Key) -> bool:
        """Whether it is a key that leads to a step of the wizard. A greeting stays until a key is pressed."""
        if self.screen is self.wizard:
            self.wizard.beginning.greeted()
        goes_on = event.key == "pagedown" and getattr(self.screen, "read_to_its_end", False)
        if getattr(self.screen, "goes_when_typed", False) and (goes_on or _is_typed(event)):
            self.pop_screen()
        return self.screen is self.wizard and self.wizard.takes(event)

    async def run_action(
        self,
        action: str | ActionParseResult,
        default_namespace: DOMNode | None = None,
        namespaces: Mapping[str, DOMNode] | None = None,
    ) -> bool:
        """Do what a key is for; a page that has been left, with a key still under way to it, does nothing."""
        over = default_namespace
        if isinstance(over, ModalScreen) and not (over.is_active and not (isinstance(over, Composed) and over.leaves)):
            return False
        return await super().run_action(action, default_namespace, namespaces)

    def on_ready(self) -> None:
        """From now on frames are shown: what is drawn before is kept back by Textual."""
        self._shows = True
        self.wizard.call_after_refresh(self.wizard.beginning.seen)  # should nothing be left to draw

    def post_display_hook(self) -> None:
        """A frame has been shown."""
        if self._shows:
            self.wizard.beginning.seen()

    def screen_is_whole(self) -> None:
        """Every page is there: look for GPUs beside it, and take what was typed."""
        if self.opening.drafts and self.opening.resume:
            self._resume(self.opening.drafts[0])
        if self.opening.machine is None:
            threading.Thread(target=self._probe, daemon=True).start()
            self.set_timer(PATIENT, self.wizard.beginning.take_data)
        else:
            self.wizard.beginning.take_data()
        self.begins()

    def _resume(self, draft: Draft | None) -> None:
        if draft is not None:
            self.wizard.beginning.resume(draft)

    def leave(self, number: int) -> None:
        """Leave after this signal, at whatever moment it comes."""
        if not self._left.is_set():
            self._leave(128 + number)

    def _leave(self, code: int) -> None:
        """End with this exit code; the work is kept, if there can be any yet."""
        self._left.set()
        try:
            if hasattr(self, "wizard"):
                self.wizard.keep()
        finally:
            self.exit(return_code=code)

    async def action_quit(self) -> None:
        """Leave; the work is kept."""
        self._leave(0)

    def action_interrupt(self) -> None:
        """Ctrl+C: leave, and say so by the exit code."""
        self._leave(130)

    def action_command_palette(self) -> None:
        """Everything by name."""
        if not isinstance(self.screen, Palette):
            self.push_screen(Palette())

    def action_jump(self) -> None:
        """To a question by its name."""
        if not isinstance(self.screen, Palette):
            self.push_screen(Palette([providers.questions()], placeholder="Jump to a question"))

    def action_keys(self) -> None:
        """All keys."""
        from wizard.ui.screens.help import HelpScreen

        self.push_screen(HelpScreen(len(self.wizard.session.steps)))

    def action_glossary(self) -> None:
        """All words."""
        from wizard.ui.screens.topic import GlossaryScreen

        self.push_screen(GlossaryScreen())

    def _probe(self) -> None:
        """In a thread that leaving does not wait for: the driver can take seconds or never answer.

        Then it keeps an eye on the memory that is free; while that stays as it is, nothing is sent.
        """
        seen = False
        while not self._left.is_set():
            machine = self.outside.probe()
            seen = seen or bool(machine.gpus)
            if self.is_running and not self._left.is_set():
                with contextlib.suppress(RuntimeError):  # it has just ended
                    self.call_from_thread(self._found, machine)
            if not seen or self._left.wait(self.watch_every):
                return

    def _found(self, machine: Machine) -> None:
        self.wizard.beginning.machine_found(machine)
        if (asks := getattr(self.screen, "seen", None)) is not None and self.screen is not self.wizard:
            asks(machine)  # whether the work that was left is for another one

    def written(self, path: str, text: str, review: Review) -> None:
        """Remember what was written, for the words after the end."""
        self.path, self.text, self.review = path, text, review

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """Every action of the wizard, with its key, and the themes."""
        shown: set[str] = set()
        for binding in self.wizard.BINDINGS:
            if isinstance(binding, Binding) and binding.show and binding.action not in shown:
                shown.add(binding.action)
                key = binding.key_display or self.get_key_display(binding)
                says = f"{binding.tooltip or binding.description} ({key})"
                yield SystemCommand(
                    binding.description.capitalize(), says, partial(self.run_action, binding.action, self.wizard)
                )
        if self.wizard.session.last_run is not None:
            yield SystemCommand(
                "Dismiss the last run", "what it died of is told no more", self.wizard.action_dismiss_last_run
            )
        yield SystemCommand("Keys", "all keys (F1 twice)", self.action_keys)
        yield SystemCommand("Glossary", "all words", self.action_glossary)
        for name in NAMES:
            yield SystemCommand(f"Theme {name}", "change the colours", lambda name=name: setattr(self, "theme", name))
