"""What trained networks say: of a molecule, of a file, of the whole test split.

Begin with `predict`. `evaluate` and `compare` measure, `answers` and `batch` serve the page,
`library`, `census`, `card` and `nearest` look things up in QM9 itself.
"""
