"""Words, charts and pages for people."""
