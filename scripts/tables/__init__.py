"""The shipped tables: each a function from rows of official files to the project's own columns."""
