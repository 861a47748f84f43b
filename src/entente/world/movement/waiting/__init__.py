"""Lines: who is served, who waits, and for how long."""
