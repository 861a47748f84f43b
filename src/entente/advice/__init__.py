"""Advice: what an importer, or a negotiator, might do."""
