"""Rows with images: what the real processors make of an image's size, and the tensors that a batch then has.

The arithmetic is that of the image processors of transformers. What a model's preprocessor_config.json says (patches,
merging, most pixels) comes from its config.json where it is there too, else stands here with its source.
"""
