"""entente beside other tools on the same work in one run: a table, a picture, and who agrees."""
