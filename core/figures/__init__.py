"""Pure functions: arrays and settings -> figures and panels. No training, no files.

Begin with `chart`: a trace and what moves it, in one call.
"""
