"""The page predict: a drawn molecule, and what networks trained on all of QM9 say of it.

Begin with `experiment`. Nothing is trained here: the answers are made in `core.qm9.prediction`.
"""
