"""A whole page, as small as one can be: a line is fitted to points by gradient descent."""

from core.about import About

ABOUT = About(
    "line", "Line", ":material/trending_flat:", "Section 3, equation 3.2",
    "Gradient descent turns a line until it lies among the points: press **Train**.",
    ((r"\theta \leftarrow \theta - \eta \nabla L", "3.2"),), {"5": "rate=0.03&step=20"},
)  # fmt: skip
