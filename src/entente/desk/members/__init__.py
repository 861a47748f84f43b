"""Subscriptions: plans, codes of institutions and payments."""
