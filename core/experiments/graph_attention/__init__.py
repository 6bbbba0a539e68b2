"""The page graph-attention: whom each atom listens to, and what these weights do not explain.

Begin with `analysis`, the network opened up; `study` puts one molecule through it, `experiment`
goes from equal weights to learned ones. `sample` asks many molecules, from the command line.
"""
