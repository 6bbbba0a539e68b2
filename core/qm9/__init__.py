"""QM9: data, targets, models, training and prediction; see `python -m core.qm9 --help`.

Begin with README.md beside this file; the folders are stages: data, networks, training,
prediction, and cli, which calls them.
"""
