"""From an ensemble to tables, differences and reasons."""
