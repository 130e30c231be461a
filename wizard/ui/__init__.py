"""The screen. Nothing outside this package imports Textual."""

import os

os.environ.setdefault("TEXTUAL_FPS", "250")
"""Textual collects changes for a sixtieth of a second, and a key can need three such waits. It reads this when it is
imported. What does not change draws nothing, however short the wait."""
