"""`python -m core.qm9`: the options in `cli`, what each command does in `commands`.

Begin with `cli.main`. `bench`, with PyTorch Geometric's side in `pyg`, and `check` measure the
machine that they run on.
"""
