"""The conversation of a wizard: its state, history and draft, without a screen."""
