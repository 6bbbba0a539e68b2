"""The page boundaries: networks learn to separate points in the plane.

Begin with `settings` and `experiment`. `data` is what it learns from, `edit` what a click on the
picture does to the points.
"""

from core.about import About

ABOUT = About(
    "boundaries",
    "Decision boundaries",
    ":material/grain:",
    "Section 2, figures 2 and 3, equations 2.1 to 2.5",
    "No straight line separates the classes of XOR. Every hidden layer bends the plane a little, "
    "until the last one can cut it straight: press **Train** and watch it happen.",
    (
        (r"h_1 = \sigma(W_1 x + b_1)", "2.1"),
        (r"h_2 = \sigma(W_2 h_1 + b_2)", "2.2"),
        (r"y = W_3 h_2 + b_3", "2.3"),
    ),
    figures={
        "2": "hidden=4,4",
        "3": "step=900",
        "3a": "hidden=&step=300",
        "3b": "hidden=4&activation=ReLU&step=900",
        "3c": "step=900",
    },
    folds=("more", "view", "points", "take", "code"),
)
