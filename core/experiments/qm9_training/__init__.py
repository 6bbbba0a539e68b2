"""The page qm9-training: architectures race on real molecules, at equal size and equal updates.

Begin with `settings` and `experiment`; `data` holds the molecules. Full runs are not made here but
in `core.qm9.training`; their curves are drawn by `figures_curves`.
"""
