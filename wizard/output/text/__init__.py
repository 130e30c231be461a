"""What is told in a terminal, as text."""
