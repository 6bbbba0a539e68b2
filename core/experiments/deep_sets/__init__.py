"""The page deep-sets: three networks race on sets, one of which cannot notice a shuffle.

Begin with `settings`, then `experiment`. What they learn from lies in `sets` (points) and `bags`
(molecules without their bonds), the set on the stage in `shown`, new sets for tests in `held_out`.
"""

from core.about import About

ABOUT = About(
    "deep-sets",
    "Deep Sets",
    ":material/bubble_chart:",
    "Section 5.3, figure 10, equations 5.7 and 5.8",
    "A set has no first element, a list has. Each element goes through the same φ, the results are "
    "added, ρ reads the sum: press **Train**, then **Shuffle** the list.",
    (
        (r"f(\{x_1, \dots, x_n\}) = \rho\left(\sum_{i=1}^n \phi(x_i)\right)", "5.7"),
        (r"y_i = \psi\left(x_i, \sum_{j=1}^n \phi(x_j)\right)", "5.8"),
    ),
    figures={"10": "target=sum of lengths"},
)
