"""Running the desk: health, measures, copies to keep and their way back."""
