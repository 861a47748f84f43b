"""The nine kinds of clause, one file a kind."""
