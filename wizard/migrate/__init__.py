"""An old file brought to today's form: which rules take part, in which order, and what is left to the person."""
