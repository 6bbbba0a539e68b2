"""The page perceptron: Rosenblatt's rule, mistake by mistake, and what it cannot learn.

Begin with `experiment` and `theory`, the bound that it keeps; `acts` are the three acts of its
history, as settings.
"""

from core.about import About

ABOUT = About(
    "perceptron",
    "Perceptron",
    ":material/linear_scale:",
    "Section 2, equation 2.6",
    "One neuron, one line, moved by mistakes alone: Rosenblatt's rule finds every straight cut, "
    "never XOR; a hidden layer does. Press **Train**, or **Step** by step.",
    (
        (r"\text{output} = \begin{cases} 1 & w \cdot x + b > 0 \\ 0 & \text{otherwise} \end{cases}",
         "2.6"),
        (r"w \leftarrow w + \eta\,(t - \text{output})\,x, \quad b \leftarrow b + \eta\,"
         r"(t - \text{output})", "Rosenblatt"),
    ),
    folds=("more", "points", "take", "code"),
)  # fmt: skip
