"""An accord compiled for entry lines: what it answers for each class of them."""
