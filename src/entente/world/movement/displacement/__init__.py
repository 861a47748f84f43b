"""People displaced by conflict, day by day, as counts of persons moving on a map of places."""
