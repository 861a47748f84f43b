"""The clauses of an accord read over tables of cases of any size."""
