"""Training on QM9: one step, a run, several processes, and the way to a file and back.

Begin with `train.Run`, then `step`. `session` is a run as its user starts it, `jobs` runs it as a
process of its own, `recipes` says how the shipped models are trained.
"""
