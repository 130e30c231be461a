"""The sizes of one text decoder: a config read with its family's form."""

from __future__ import annotations

from typing import Any

from wizard.knowledge.models.config_reader import Config, Reader
from wizard.knowledge.models.families import Family


class Decoder(Reader):
    """A text decoder's config: the sizes that every builder asks for, and the form they are read with.

    `known` says whether the form is that of this very architecture or the general one; `like` whose it is.
    """

    def __init__(self, config: Config, form: Family, known: bool, place: str = "") -> None:
        super().__init__(config, form.unsaid, place)
        self.form = form
        self.like = ""
        self.known = known
        self.hidden = self.size("hidden_size")
        self.heads = self.size("num_attention_heads")
        self.vocab = self.size("vocab_size")
        self.head_dim = self.size("head_dim", default=max(1, self.hidden // self.heads))
        self.kv_heads = 1 if self.told(form.one_kv) else self.size(form.kv_heads, default=self.heads)
        self.experts = self._experts()

    def _experts(self) -> int:
        """Experts a layer, 0 in a dense model."""
        form = self.form
        if form.experts_if and not self.told(form.experts_if):
            return 0
        if form.experts and not form.single and self.find(form.experts) is None:
            return self.size(form.experts)  # an error that names the key
        count = self.count(form.experts)
        return count if count >= form.fewest else 0

    @property
    def expert_width(self) -> int:
        """One expert's inner width; asked only where there are experts."""
        return self.size(self.form.expert_width)

    @property
    def active(self) -> int:
        """Experts that each token visits; asked only where there are experts."""
        return self.size(self.form.active)

    @property
    def shared_width(self) -> int:
        """The inner width of all shared experts together; 0 without."""
        return self.product(self.form.shared) if self.form.shared else 0

    @property
    def width(self) -> int:
        """The dense feed-forward's inner width; 4 x hidden where the config does not say."""
        width = self.size(self.form.width, default=4 * self.hidden)
        if not (self.form.width_adjusted and self.told("block_auto_adjust_ff_dim")):
            return width
        step = self.size("block_multiple_of")
        adjusted = int(self.number("block_ffn_dim_multiplier") * int(2 * width / 3))
        return max(step, step * -(-adjusted // step))

    def key(self, role: str) -> str:
        """The config key of one of the mixer's sizes; "" where the mixer has none."""
        return self.form.mixer_keys.get(role, "")

    def has(self, wanted: dict[str, Any]) -> bool:
        """Whether the config agrees with these values; a key it lacks agrees."""
        return all(self.config.get(key) in (None, value) for key, value in wanted.items())
