"""The page predict: a drawn molecule, and what networks trained on all of QM9 say of it.

Begin with `experiment`. Nothing is trained here: the answers are made in `core.qm9.prediction`.
"""

from core.about import About

ABOUT = About(
    "predict",
    "Predict",
    ":material/science:",
    "Appendix A",
    "Draw a molecule: networks trained on QM9 tell its properties, how sure they are, and which "
    "atom adds what. Every stroke counts at once.",
    ((r"h_G = \textstyle\sum_{v} h_v", "5.12"),),
    folds=("near", "mutate", "batch", "take", "code"),
)
