"""Briefs: frozen revisions, their review, and how readers find them."""
