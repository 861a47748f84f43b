"""The world that answers the text: people who move, goods that cross."""
