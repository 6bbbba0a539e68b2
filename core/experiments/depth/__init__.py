"""The page depth: plain, residual and normalized networks of 1 to 100 layers train side by side.

Begin with `settings` and `network`. `experiment` trains, `pictures` measures each layer, `theory`
is what infinitely wide networks would show; `stops` finds the depth at which each kind stops
training, and `norms` compares batch and layer normalization on one batch.
"""

from core.about import About

ABOUT = About(
    "depth",
    "Depth",
    ":material/stacks:",
    "Section 3, figure 4, equation 3.1",
    "Fifty layers deep: where does the gradient go? Change how the weights begin, and see who "
    "learns.",
    (
        (r"h' = h + F(\text{Norm}(h)), \quad F(u) = W \sigma(u) + b", "3.1"),
        (r"\text{plain: } h' = F(h), \quad \text{residual: } h' = F(h) + h", "figure 4"),
    ),
    figures={"4": "networks=plain,residual&look=identity"},
)
