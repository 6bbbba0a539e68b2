"""Data sets: plain dicts of name -> function, one module for each kind of data.

Begin with `points`, the sets of the first pages.
"""
