"""The rules whose fixes bring an old file along, in the order in which they are taken."""

from __future__ import annotations

ORDER = (
    "MW801",  # keys of other trainers and of older releases, first: later ones look at what they become
    "MW842",  # an adapter's keys, and no adapter: a person decides
    "MW836",  # tokens as a block
    "MW838",  # pretraining_dataset as a text
    "MW827",  # keys without a value that the validator stumbles over
    "MW419",  # streaming
    "MW424",  # the buffer of a stream
    "MW425",
    "MW808",  # sharegpt
    "MW811",  # message fields
    "MW839",  # train_on_split
    "MW805",  # dataset_processes
    "MW728",  # max_packed_sequence_len, rope_scaling
    "MW450",  # attention twice, short names, flags, what is gone
    "MW451",
    "MW463",
    "MW460",
    "MW461",
    "MW804",  # unsloth's kernels
    "MW551",  # Liger's and Gemma's old names
    "MW568",
    "MW840",  # old values
    "MW514",  # offloading
    "MW835",  # FSDP1's form, before what looks at single keys of it
    "MW690",  # the same from 0.20 on
    "MW622",
    "MW632",
    "MW535",  # an optimizer that FSDP2 does not take
    "MW537",  # optimizers that are gone
    "MW623",  # sequence_parallel_degree
    "MW741",  # preferences
    "MW747",
    "MW745",
    "MW748",
    "MW729",  # noise
    "MW841",
    "MW721",  # evaluation and saving
    "MW720",
    "MW726",
    "MW727",
    "MW837",  # warm-up, batch
    "MW101",
)
"""What each brings along is told in the rule (`memwizard explain CODE`)."""
