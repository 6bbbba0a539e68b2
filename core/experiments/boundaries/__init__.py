"""The page boundaries: networks learn to separate points in the plane.

Begin with `settings` and `experiment`. `edit` is what a click on the picture does to the points.
"""
