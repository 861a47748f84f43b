"""Deals: terms of an accord varied, run, and weighed by both sides beside no deal."""
