"""The corridor in whole people: where each can be, and what a month does with them."""
