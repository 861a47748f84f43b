"""What a duty does to imports, prices, revenue and welfare."""
