"""The desk for programs: accords, runs, duties and responsibility, under personal tokens."""
