"""The analyst's room: accords checked and run, and runs made into briefs."""
