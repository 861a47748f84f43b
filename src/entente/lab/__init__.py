"""Many draws of many months: luck in, an ensemble out."""
