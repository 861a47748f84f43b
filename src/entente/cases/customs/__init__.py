"""What customs makes of an entry before any accord: its duty column, its day, its fees."""
