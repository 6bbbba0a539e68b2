"""The page approximation: networks fit a curve, put together from straight pieces.

Begin with `experiment`; `functions` are the curves to be learned. `pieces` counts what a network
is made of, `sweep` trains many of them and also runs from the command line.
"""

from core.about import About

ABOUT = About(
    "approximation",
    "Approximation",
    ":material/show_chart:",
    "Section 2, universal approximation",
    "Each neuron adds one bent line, and their sum bends into place: press **Train**, or choose "
    "**Draw f** and draw a function of your own; then see what width and depth buy.",
    (
        (r"h = \sigma(W_1 x + b_1)", "2.1"),
        (r"y = W_2 h + b_2 = \textstyle\sum_j v_j\,\sigma(w_j x + b_j) + c", "2.3"),
        (r"\sigma(z) = \max(0, z)", "2.5"),
    ),
)
