"""Entry lines of importers: uploaded, priced, kept private and for a stated time."""
