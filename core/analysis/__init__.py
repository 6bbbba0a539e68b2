"""What more than one page measures of a trained network; what one page alone measures lies with it.

Begin with `probe`: how well a line separates what a layer has made of the points.
"""
