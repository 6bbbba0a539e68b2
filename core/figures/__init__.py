"""Pure functions: arrays and settings -> figures and panels. No training, no files."""
