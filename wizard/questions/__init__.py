"""The questions of the wizard as values: the screen and any other way of asking share them."""
