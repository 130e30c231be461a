"""From a model's config.json to its tensors, and the catalogue of models."""
