"""The application: themes, the first screens, what keeps watch beside, what it leaves behind."""

from __future__ import annotations

import contextlib
import threading
import traceback
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import ClassVar

from textual import on
from textual.actions import ActionParseResult
from textual.app import App, SystemCommand
from textual.binding import Binding, BindingType
from textual.dom import DOMNode
from textual.driver import Driver
from textual.events import Event, InputEvent, Key, Paste
from textual.filter import LineFilter
from textual.screen import Screen

from wizard.domain.machine import Machine
from wizard.review import Review
from wizard.session.draft import Draft
from wizard.session.opening import Opening
from wizard.session.ports import Outside
from wizard.ui import background, messages, pausing, providers
from wizard.ui.alt_digits import know_alt_digits
from wizard.ui.ascii_filter import AsciiFilter
from wizard.ui.display import SparingDisplay, on_own_terminal
from wizard.ui.look import Look
from wizard.ui.palette import Palette
from wizard.ui.screens.over import OverScreen
from wizard.ui.screens.wizard import WizardScreen
from wizard.ui.themes import ANSI, NAMES, THEMES, of_background

WATCH = 15.0
"""Seconds between two looks at the memory that is free."""


def _is_typed(event: Key) -> bool:
    """Whether a key is one of a text, or leads to a step; a blank and `q` close a page."""
    return event.key.startswith("alt+") or (event.is_printable and event.character not in (" ", "q"))


class MemwizardApp(App[None]):
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
        self.look = look or Look()
        # said before the start: Textual chooses its colour filters here
        super().__init__(ansi_color=True if self.look.colourless else None)
        self.opening = opening
        self.outside = outside
        self.path: str | None = None
        self.text: str | None = None
        self.review: Review | None = None
        self.crash: str | None = None
        self.animation_level = "none"
        self.watch_every = WATCH
        self._left = threading.Event()
        self._shows = False
        self._early: list[Event] | None = []
        self.sparing_display = SparingDisplay(self, self._left.is_set)
        self._ascii = AsciiFilter(enabled=self.look.ascii)
        for theme in THEMES:
            self.register_theme(theme)

    def get_driver_class(self) -> type[Driver]:
        """Textual's, asking the terminal on which it draws for its size, with Alt and a digit as keys."""
        know_alt_digits()
        return on_own_terminal(super().get_driver_class())

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Textual's, and after them ours."""
        return [*super().get_line_filters(), *([self._ascii] if self._ascii.enabled else [])]

    def action_redraw(self) -> None:
        """Send everything again: the line may have lost something."""
        self.sparing_display.again()

    def on_resize(self) -> None:
        """What the terminal shows is not known any more."""
        self.sparing_display.resized()

    def on_load(self) -> None:
        """Take the theme before any rule of style is read: with another one all would be read again."""
        self.theme = ANSI if self.look.colourless else self.look.theme
        self._asks = self.look.asks and background.hear(self._told_background)
        self.stylesheet.set_variables(self.get_css_variables())

    def refresh_css(self, animate: bool = True) -> None:
        """Style everything anew; not at the start, where Textual asks for it too: all is as it was just read."""
        if self._shows:
            super().refresh_css(animate)

    def get_default_screen(self) -> Screen[None]:
        """The wizard, with none below it."""
        self.wizard = WizardScreen(self.opening, self.outside)
        return self.wizard

    def on_mount(self) -> None:
        """Show over the wizard what comes first."""
        if not self.is_headless:
            pausing.begin(self.sparing_display.again)
        if self.opening.drafts and not self.opening.resume:
            from wizard.ui.screens.resume import ResumeScreen

            self.push_screen(ResumeScreen(self.opening.drafts, self.opening.machine), self._resume)
        elif self.opening.first and not self.opening.drafts:
            from wizard.ui.screens.welcome import WelcomeScreen

            self.push_screen(WelcomeScreen(self.wizard.session.steps))

    async def on_event(self, event: Event) -> None:
        """What is typed before every page is there waits, in its order."""
        typed = isinstance(event, InputEvent | Paste) and not event.is_forwarded
        if typed and self._early is None and not self.screen.is_mounted:
            await self.screen._mounted_event.wait()  # it was opened a moment ago, and has nothing to act on yet
        if typed and self._early is not None:
            self._early.append(event)
            return
        if isinstance(event, Key):
            self.wizard.beginning.greeted()
        if not self._goes(event):
            await super().on_event(event)

    def _goes(self, event: Event) -> bool:
        """Whether it is a key that leads to a step of the wizard."""
        if not isinstance(event, Key) or event.is_forwarded:
            return False
        if getattr(self.screen, "goes_when_typed", False) and _is_typed(event):
            self.pop_screen()
        return self.screen is self.wizard and self.wizard.takes(event)

    async def run_action(
        self,
        action: str | ActionParseResult,
        default_namespace: DOMNode | None = None,
        namespaces: Mapping[str, DOMNode] | None = None,
    ) -> bool:
        """Do what a key is for; a page that has been left, with a key still under way to it, does nothing."""
        if isinstance(default_namespace, OverScreen) and not default_namespace.is_active:
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
        self.call_later(self._take_early)
        if self._driver is not None and not self.is_headless:
            self._driver.write(f"\x1b]2;{self.TITLE}\x07{background.ASKS if self._asks else ''}")

    def _told_background(self, light: bool) -> None:
        """In the thread that reads keys."""
        self.post_message(messages.BackgroundTold(light))

    @on(messages.BackgroundTold)
    def follow_background(self, event: messages.BackgroundTold) -> None:
        """The terminal's own light or dark, where the person has named no theme."""
        self.theme = of_background(self.theme, light=event.light)

    @property
    def whole(self) -> bool:
        """Whether every page is there, and what is typed is taken as it comes."""
        return self._early is None

    async def _take_early(self) -> None:
        early, self._early = self._early or [], None
        for event in early:
            await self.on_event(event)

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

    def _fatal_error(self) -> None:
        """A defect of ours: Textual would print every local variable, tokens among them."""
        self.crash = self.crash or traceback.format_exc()
        self._close_messages_no_wait()

    def on_unmount(self) -> None:
        """The watch ends, and so does what a stop of the process would begin."""
        self._left.set()
        pausing.end()

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
