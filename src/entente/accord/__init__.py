"""The text of an agreement: read, check, explain, and say what is in force when."""
