"""What an image becomes, as the processors of transformers 5.20.1 say (run on images of these sizes)."""

from __future__ import annotations

import pytest

from wizard.knowledge.models.catalogue import built

KNOWN = {
    "Qwen/Qwen2.5-VL-3B-Instruct": [((512, 384), 1008, 252), ((1024, 768), 3996, 999), ((1920, 1080), 10764, 2691)],
    "Qwen/Qwen3-VL-2B-Instruct": [((512, 384), 768, 192), ((1024, 768), 3072, 768), ((8000, 8000), 65536, 16384)],
    "google/gemma-3-4b-pt": [((10, 10), 4096, 256), ((1920, 1080), 4096, 256)],
    "google/gemma-4-E2B": [((1024, 768), 2520, 266), ((1920, 1080), 2520, 264)],
    "google/gemma-4-12B": [((1024, 768), 280, 266)],
    "mistralai/Ministral-3-3B-Base-2512": [((1024, 640), 3404, 851), ((1920, 1080), 6820, 1705)],
    "meta-llama/Llama-3.2-11B-Vision-Instruct": [((1024, 640), 6432, 1)],
}


@pytest.mark.parametrize("name", KNOWN)
def test_patches_and_tokens_are_the_processors(name: str) -> None:
    form = built(name).images
    assert form is not None
    for size, patches, tokens in KNOWN[name]:
        assert form.seen(*size)[:2] == (patches, tokens)


def test_no_size_makes_more_than_the_largest() -> None:
    for name in KNOWN:
        form = built(name).images
        assert form is not None
        most = form.seen(*form.largest)
        sizes = [(1, 1), (100, 19000), (1540, 1540), (20000, 20000), (20000, 300), (4096, 4100)]
        assert all(form.seen(*size).patches <= most.patches for size in sizes)


def test_a_model_of_text_has_no_images() -> None:
    model = built("Qwen/Qwen3-8B")
    assert model.images is None
    assert model.tower is None
