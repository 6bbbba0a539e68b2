"""The page approximation: networks fit a curve, put together from straight pieces.

Begin with `experiment`; `functions` are the curves to be learned. `pieces` counts what a network
is made of, `sweep` trains many of them and also runs from the command line.
"""
