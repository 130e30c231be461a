"""The first two steps: the machine, the preset or the person's own file, the model."""

from __future__ import annotations

from dataclasses import dataclass

from wizard.domain.errors import InputError
from wizard.domain.machine import Machine
from wizard.domain.preset import Preset
from wizard.domain.units import billions
from wizard.knowledge.gpus import named_machine
from wizard.plain.commands import NEXT, Answer, Move
from wizard.plain.dialogue import Talk
from wizard.plain.prompts import chosen
from wizard.plain.render import price_text, sentence, topic_lines
from wizard.session.model_search import found, priced
from wizard.session.offers import from_preset, holders, machine_offer, machines, preset_offer
from wizard.session.opening import spelled
from wizard.session.own_file import asked

_SHOWN = 10


@dataclass(frozen=True)
class MachineStop:
    """The GPU to plan for."""

    step: int = 0

    def applies(self, talk: Talk) -> bool:
        """Always."""
        return True

    def ask(self, talk: Talk) -> Move:
        """List the machine and its GPUs; a number takes one, a name or a size plans for another."""
        probed, state = talk.look(), talk.state
        listed = machines(probed, state)
        talk.tell("Which GPU?")
        for place, machine in enumerate(listed):
            offer = machine_offer(machine, probed, state)
            mark = " (now)" if machine == state.machine else ""
            talk.tell(f"{place + 1}) {offer.label}{mark}{price_text(offer.fit, offer.needs)}", hang=3)
        talk.tell(*state.machine.notes, *holders(state.machine))
        now = listed.index(state.machine) + 1 if state.machine in listed else "as it is"
        while True:
            answer = talk.ask(f"Number, or the name or size of another GPU [{now}]:", self._explained)
            if isinstance(answer, Move):
                return answer
            if not answer.text:
                return NEXT
            try:
                machine = self._machine(answer, listed)
            except InputError as error:
                talk.tell(sentence(error.message))
                continue
            if machine != state.machine:
                talk.change(state.with_machine(machine), f"machine: {machine.title}", {})
            return NEXT

    def _machine(self, answer: Answer, listed: list[Machine]) -> Machine:
        try:
            place = chosen(answer, len(listed))
        except InputError as error:
            raise InputError(f"{error.message} For a size, write {answer.text}GiB.") from None
        return named_machine(answer.text) if place is None else listed[place]

    def _explained(self) -> list[str]:
        return [
            *topic_lines("machine"),
            "Fit compares what the training needs with what is free now on the fullest GPU.",
            "Another GPU by its name or size: rtx-4090, 24GiB, or two of them: 2xa100-80gb.",
        ]


@dataclass(frozen=True)
class PresetStop:
    """The preset to start from."""

    step: int = 0

    def applies(self, talk: Talk) -> bool:
        """Not where a person's own file is open: a preset would replace it."""
        return talk.state.file is None

    def ask(self, talk: Talk) -> Move:
        """List the presets with what each needs on the machine; Enter keeps the present one."""
        state, presets = talk.state, talk.outside.presets()
        names = [preset.name for preset in presets]
        talk.tell("", "Start from which preset? The model and data that you have chosen stay.", hang=0)
        for place, preset in enumerate(presets):
            offer = preset_offer(preset, state.machine, talk.outside)
            mark = " (now)" if preset.name == state.preset else ""
            price = price_text(offer.fit, offer.needs)
            talk.tell(f"{place + 1}) {offer.label}{mark}: {offer.about}{price}", hang=3)
        now = names.index(state.preset) + 1 if state.preset in names else "as it is"
        while True:
            answer = talk.ask(f"Number [{now}]:", lambda: self._explained(presets))
            if isinstance(answer, Move):
                return answer
            if not answer.text:
                return NEXT
            try:
                preset = self._preset(answer, presets)
            except InputError as error:
                talk.tell(sentence(error.message))
                continue
            if preset.name != state.preset:
                after, says = from_preset(preset, state, talk.outside)
                talk.tell(says)
                talk.change(after, f"preset: {preset.name}")
            return NEXT

    def _preset(self, answer: Answer, presets: tuple[Preset, ...]) -> Preset:
        place = chosen(answer, len(presets))
        for preset in presets if place is None else (presets[place],):
            if place is not None or preset.name.lower() == answer.text.lower():
                return preset
        raise InputError(f"There is no preset '{answer.text}'. Type a number from 1 to {len(presets)}.")

    def _explained(self, presets: tuple[Preset, ...]) -> list[str]:
        return [
            *topic_lines("preset"),
            "Who each is for:",
            *(f"  {preset.name}: {preset.for_whom}" for preset in presets),
        ]


@dataclass(frozen=True)
class FileStop:
    """What happens to a person's own file: told, not asked."""

    step: int = 0

    def applies(self, talk: Talk) -> bool:
        """Where one is open."""
        return talk.state.file is not None

    def ask(self, talk: Talk) -> Move:
        """Tell which of its fields are asked about."""
        ours, others = asked(talk.state)
        about = f"the questions are about {', '.join(ours)}" if ours else "it has none of the fields asked about yet"
        stay = {0: "Its comments stay", 1: "The other field stays as it is, comments too"}
        talk.tell("", f"Your file {talk.state.file}: {about}.")
        talk.tell(f"{stay.get(len(others), f'The other {len(others)} fields stay as they are, comments too')}.")
        return NEXT


@dataclass(frozen=True)
class ModelStop:
    """The base model."""

    step: int = 1

    def applies(self, talk: Talk) -> bool:
        """Always."""
        return True

    def ask(self, talk: Talk) -> Move:
        """Enter keeps the model; words search, a number takes one of those found, an id or a folder is taken."""
        state, listed = talk.state, list[str]()
        named = str(state.plan.get("base_model") or "none")
        talk.tell("Which model (base_model)? Type words to search for, an id of Hugging Face or a folder.", hang=0)
        if state.model is None:
            talk.tell(f"{named}: {sentence(state.model_note)}")
        elif state.model.id != named:
            talk.tell(f"{named} has the shapes of {state.model.id}.")
        while True:
            answer = talk.ask(f"Model [{named}]:", lambda: self._explained(talk, listed))
            if isinstance(answer, Move):
                return answer
            if not answer.text or answer.text == named:
                return NEXT
            try:
                place = chosen(answer, len(listed)) if listed else None
            except InputError as error:
                talk.tell(sentence(error.message))
                continue
            wanted = listed[place] if place is not None else self._whole(talk, answer.text, listed)
            if wanted is not None and self._take(talk, wanted):
                return NEXT

    def _whole(self, talk: Talk, text: str, listed: list[str]) -> str | None:
        """The id or folder that a text is, None where it is words that were searched for."""
        matches = [name for name, *_ in found(priced(talk.state), text)]
        if text.startswith((".", "/", "~")) or not matches:
            return text
        if text.lower() in (matches[0].lower(), matches[0].rpartition("/")[2].lower()):
            return matches[0]
        talk.tell(*self._list(talk, text, listed))
        return None

    def _list(self, talk: Talk, text: str, listed: list[str]) -> list[str]:
        matches = found(priced(talk.state), text)
        listed[:] = [name for name, *_ in matches[:_SHOWN]]
        lines = []
        for place, (name, row, fit, needs) in enumerate(matches[:_SHOWN]):
            gated = ", gated" if row.gated else ""
            size = f"{billions(row.parameters)} parameters{gated}"
            lines.append(f"{place + 1}) {name}: {size}{price_text(fit, needs)}")
        more = len(matches) - len(listed)
        return [*lines, f"{more} more; another word narrows the search." if more else "Type a number to take one."]

    def _explained(self, talk: Talk, listed: list[str]) -> list[str]:
        return [
            *topic_lines("model"),
            "The largest that fit:",
            *self._list(talk, "", listed),
        ]

    def _take(self, talk: Talk, wanted: str) -> bool:
        if talk.outside.hub:
            talk.tell(f"Looking for {wanted} ...")
        model, note = talk.outside.model(wanted)
        if model is None:
            talk.tell(f"Not taken: {sentence(note)}")
            return False
        name = spelled(wanted, model.id)
        talk.change(talk.state.with_model(name, model, note), f"model: {name}")
        talk.tell(*([f"It has the shapes of {model.id}."] if name != model.id else []), *([note] if note else []))
        return True
