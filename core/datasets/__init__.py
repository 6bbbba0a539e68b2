"""Data sets: plain dicts of name -> function, one module for each kind of data."""
