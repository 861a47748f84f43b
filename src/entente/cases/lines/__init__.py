"""Entry lines: read, sorted into classes, and priced to the cent."""
