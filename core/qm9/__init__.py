"""QM9: data, targets, models, training, evaluation and prediction; see `python -m core.qm9 --help`."""
