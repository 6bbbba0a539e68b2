"""QM9: data, targets, models, training and prediction; see `python -m core.qm9 --help`."""
