"""A laboratory for conditional agreements between states on trade and migration."""
