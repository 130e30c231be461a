"""The first two steps: the machine, the preset or the person's own file, the model."""

from __future__ import annotations

from dataclasses import dataclass

from wizard.domain.errors import InputError
from wizard.domain.machine import Machine
from wizard.domain.preset import Preset
from wizard.domain.text import sentence
from wizard.domain.units import billions
from wizard.knowledge.models.catalogue import find, gated
from wizard.output.text.sizes import size_notes
from wizard.plain.commands import NEXT, Answer, Move
from wizard.plain.dialogue import Dialogue
from wizard.plain.prompts import chosen
from wizard.plain.render import price_text, topic_lines
from wizard.session.answers import name_machine, take_machine, take_model, take_preset, take_shapes, takes_long
from wizard.session.conversation import Conversation
from wizard.session.model_search import Offered, found, offered, priced
from wizard.session.offers import about, machine_offer, machines, preset_offer
from wizard.session.opening import by_machine
from wizard.session.own_file import asked
from wizard.session.results import Changed, ModelTaken, PresetTaken, Refused, Result
from wizard.session.stranger import Onward, alike_text, may_be_one, way_of

_SHOWN = 10
_WAYS = (
    "To go on with it all the same, type hub (it is looked up on the Hugging Face hub now), shapes as Qwen3-8B (it has"
    " the shapes of a known model), or about 7B (nothing but its size is known)."
)


@dataclass(frozen=True)
class MachineStop:
    """The GPU to plan for."""

    step: int

    def applies(self, dialogue: Dialogue) -> bool:
        """Always."""
        return True

    def ask(self, dialogue: Dialogue) -> Move:
        """List the machine and its GPUs; a number takes one, a name or a size plans for another."""
        probed, state = dialogue.look(), dialogue.session.state
        listed = machines(probed, state)
        dialogue.tell("Which GPU?")
        for place, machine in enumerate(listed):
            offer = machine_offer(machine, probed, state)
            mark = " (now)" if machine == state.machine else ""
            dialogue.tell(f"{place + 1}) {offer.label}{mark}{price_text(offer.fit, offer.needs)}", hang=3)
        dialogue.tell(*about(state.machine))
        now = listed.index(state.machine) + 1 if state.machine in listed else "as it is"
        while True:
            answer = dialogue.ask(f"Number, or the name or size of another GPU [{now}]:", self._explained)
            if isinstance(answer, Move):
                return answer
            if not answer.text:
                return NEXT
            done = self._take(dialogue.session, answer, listed)
            if isinstance(done, Refused):
                dialogue.tell(sentence(done.reason))
                continue
            if isinstance(done, Changed):
                dialogue.took(done)
                dialogue.tell(*size_notes(dialogue.session.state.machine))
            return NEXT

    def _take(self, session: Conversation, answer: Answer, listed: list[Machine]) -> Result | Refused:
        try:
            place = chosen(answer, len(listed))
        except InputError as error:
            return Refused(f"{error.message} For a size, write {answer.text}GiB.")
        return name_machine(session, answer.text) if place is None else take_machine(session, listed[place])

    def _explained(self) -> list[str]:
        return [
            *topic_lines("machine"),
            "Fit compares what the training needs with what is free now on the fullest GPU.",
            "Another GPU by its name or size: rtx-4090, 24GiB, or two of them: 2xa100-80gb.",
        ]


@dataclass(frozen=True)
class PresetStop:
    """The preset to start from."""

    step: int

    def applies(self, dialogue: Dialogue) -> bool:
        """Not where a person's own file is open: a preset would replace it."""
        return dialogue.session.state.file is None

    def ask(self, dialogue: Dialogue) -> Move:
        """List the presets with what each needs on the machine; Enter keeps the present one."""
        state, presets = dialogue.session.state, self._presets(dialogue)
        names = [preset.name for preset in presets]
        dialogue.tell("", "Start from which preset? The model and data that you have chosen stay.", hang=0)
        for place, preset in enumerate(presets):
            offer = preset_offer(preset, state, dialogue.session.outside)
            mark = " (now)" if preset.name == state.preset else ""
            price = price_text(offer.fit, offer.needs)
            dialogue.tell(f"{place + 1}) {offer.label}{mark}: {offer.about}{price}", hang=3)
        now = names.index(state.preset) + 1 if state.preset in names else "as it is"
        while True:
            answer = dialogue.ask(f"Number [{now}]:", lambda: self._explained(presets))
            if isinstance(answer, Move):
                return answer
            if not answer.text:
                return NEXT
            try:
                preset = self._preset(answer, presets)
            except InputError as error:
                dialogue.tell(sentence(error.message))
                continue
            if preset.name != state.preset:
                done = take_preset(dialogue.session, preset)
                assert isinstance(done, PresetTaken)  # of a person's own file it is not asked
                dialogue.tell(done.says)
                dialogue.took(done.change)
            return NEXT

    def _presets(self, dialogue: Dialogue) -> tuple[Preset, ...]:
        outside = dialogue.session.outside
        return by_machine(outside.presets(), dialogue.session.state.machine, outside)

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

    step: int

    def applies(self, dialogue: Dialogue) -> bool:
        """Where one is open."""
        return dialogue.session.state.file is not None

    def ask(self, dialogue: Dialogue) -> Move:
        """Tell which of its fields are asked about."""
        ours, others = asked(dialogue.session.state)
        about = f"the questions are about {', '.join(ours)}" if ours else "it has none of the fields asked about yet"
        stay = {0: "Its comments stay", 1: "The other field stays as it is, comments too"}
        dialogue.tell("", f"Your file {dialogue.session.state.file}: {about}.")
        dialogue.tell(f"{stay.get(len(others), f'The other {len(others)} fields stay as they are, comments too')}.")
        return NEXT


@dataclass(frozen=True)
class ModelStop:
    """The base model."""

    step: int

    def applies(self, dialogue: Dialogue) -> bool:
        """Always."""
        return True

    def ask(self, dialogue: Dialogue) -> Move:
        """Enter keeps the model; words search, a number takes one of those found, an id or a folder is taken."""
        state, listed = dialogue.session.state, list[str]()
        named = str(state.plan.get("base_model") or "none")
        dialogue.tell("Which model (base_model)? Type words to search for, an id of Hugging Face or a folder.", hang=0)
        stranger = named if state.model is None and may_be_one(named) else ""
        if state.model is None:
            dialogue.tell(f"{named}: {sentence(state.model_note)}", *([_WAYS] if stranger else []))
        elif state.model.id != named:
            dialogue.tell(alike_text(state.model.id, named))
        offers = self._offers(dialogue, listed)
        while True:
            answer = dialogue.ask(f"Model [{named}]:", lambda: self._explained(dialogue, listed))
            if isinstance(answer, Move):
                return answer
            if not answer.text or answer.text == named:
                return NEXT
            way = way_of(answer.text) if stranger else None
            if way is not None:
                if self._go_on(dialogue, stranger, way):
                    return NEXT
                continue
            try:
                place = chosen(answer, len(listed)) if listed else None
            except InputError as error:
                dialogue.tell(sentence(error.message))
                continue
            wanted = listed[place] if place is not None else self._whole(dialogue, answer.text, listed)
            method = next((one.method for one in offers if one.id == wanted and listed == [o.id for o in offers]), "")
            if wanted is not None and self._take(dialogue, wanted, method):
                return NEXT
            stranger = self._stranger(dialogue, wanted) or stranger

    def _offers(self, dialogue: Dialogue, listed: list[str]) -> list[Offered]:
        """Tell what suits this machine and this data, by numbers."""
        offers = offered(dialogue.session.state)
        listed[:] = [one.id for one in offers]
        if offers:
            dialogue.tell("Recommended here:")
        for number, one in enumerate(offers, 1):
            gated_too = ", gated" if gated(one.id) else ""
            about = f"{billions(one.size)} parameters{gated_too}. {one.facts}"
            dialogue.tell(f"{number}) {one.id}: {about}{price_text('fits', one.needs)}", hang=3)
        return offers

    def _whole(self, dialogue: Dialogue, text: str, listed: list[str]) -> str | None:
        """The id or folder that a text is, None where it is words that were searched for."""
        matches = [name for name, *_ in found(priced(dialogue.session.state, text), text)]
        if text.startswith((".", "/", "~")) or not matches:
            return text
        if text.lower() in (matches[0].lower(), matches[0].rpartition("/")[2].lower()):
            return matches[0]
        dialogue.tell(*self._list(dialogue, text, listed))
        return None

    def _list(self, dialogue: Dialogue, text: str, listed: list[str]) -> list[str]:
        matches = found(priced(dialogue.session.state, text), text)
        listed[:] = [name for name, *_ in matches[:_SHOWN]]
        lines = []
        for place, (name, row, fit, needs) in enumerate(matches[:_SHOWN]):
            size = f"{billions(row.parameters)} parameters{', gated' if gated(name) else ''}"
            lines.append(f"{place + 1}) {name}: {size}{price_text(fit, needs)}")
        more = len(matches) - len(listed)
        return [*lines, f"{more} more; another word narrows the search." if more else "Type a number to take one."]

    def _explained(self, dialogue: Dialogue, listed: list[str]) -> list[str]:
        return [
            *topic_lines("model"),
            "The largest that fit:",
            *self._list(dialogue, "", listed),
        ]

    def _stranger(self, dialogue: Dialogue, wanted: str | None) -> str:
        """The name of a model that was not found, told how to go on with it; empty where it is none."""
        if wanted is None or find(wanted) is not None or not may_be_one(wanted):
            return ""
        dialogue.tell(_WAYS)
        return wanted

    def _go_on(self, dialogue: Dialogue, name: str, way: Onward) -> bool:
        if way.kind == "like":
            return self._took(dialogue, take_shapes(dialogue.session, name, way.like))
        dialogue.tell(f"Looking for {name} on the hub ...")
        return self._took(dialogue, take_model(dialogue.session, name, *dialogue.session.outside.look_up(name)))

    def _take(self, dialogue: Dialogue, wanted: str, method: str = "") -> bool:
        if takes_long(dialogue.session, wanted):
            dialogue.tell(f"Looking for {wanted} ...")
        outside = dialogue.session.outside
        return self._took(dialogue, take_model(dialogue.session, wanted, *outside.model(wanted), method))

    def _took(self, dialogue: Dialogue, done: ModelTaken | Refused) -> bool:
        if isinstance(done, Refused):
            dialogue.tell(f"Not taken: {sentence(done.reason)}")
            return False
        dialogue.took(done.change)
        shapes = alike_text(done.shapes) if done.shapes else None
        dialogue.tell(*(line for line in (shapes, done.note) if line))
        return True
