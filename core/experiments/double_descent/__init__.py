"""The page double-descent: what happens to the test error when models outgrow their data.

Begin with `settings`, then `solve` (least squares of minimum norm) and `sweep` (one width, or one
training set, after the other). The other studies are `start` (gradient descent from zero and from
afar), `scales` (double descent over updates) and `network` (trained networks of many widths).
"""

from core.about import About

ABOUT = About(
    "double-descent",
    "Double descent",
    ":material/show_chart:",
    "Section 7",
    "With as many parameters as data the test error is highest; with more it falls again. "
    "**Drag** the handle along the widths.",
    (
        (r"\hat f(x) = \phi(x)^\top a, \quad a = \Phi^+ y", "least squares"),
        (r"a = \Phi^\top (\Phi \Phi^\top + \lambda I)^{-1} y", "ridge"),
        (
            r"\mathbb{E}\,(\hat f - f)^2 = (\mathbb{E}\hat f - f)^2 + \mathrm{Var}\,\hat f",
            "bias and variance",
        ),
        (
            r"a_t = \sum_i \frac{1 - (1 - \eta s_i^2)^t}{s_i}\, (u_i^\top y)\, v_i",
            "gradient descent",
        ),
    ),
)
