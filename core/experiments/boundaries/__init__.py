"""The page boundaries: networks learn to separate points in the plane.

Begin with `settings` and `experiment`. `data` is what it learns from, `edit` what a click on the
picture does to the points.
"""
