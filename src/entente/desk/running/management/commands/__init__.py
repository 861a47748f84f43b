"""Commands of who runs the desk."""
