"""How many people set out, where they are each month, and what becomes of them."""
