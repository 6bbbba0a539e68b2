"""The page receptive-fields: what one number deep in a network can see, and what it does see.

Begin with `stack`, exact intervals, and `text`, how it is written; `geometry` lays rows of units
over an image, `networks` are known ones. `energy` is what random weights make of it, `model` and
`experiment` a network that is trained, `pictures` its gradients.
"""

from core.about import About

ABOUT = About(
    "receptive-fields",
    "Receptive fields",
    ":material/center_focus_strong:",
    "Section 5.1, figure 8",
    "**What has one number deep in a network seen?** The square is all that it can see, the glow "
    "what it uses: training moves the glow, never the square.",
    (
        (r"h_{ij}^{(c)} = \sum_{c'} \sum_{a,b} W_{ab}^{(c,c')} x_{i+a,j+b}^{(c')}", "5.5"),
    ),
    folds=("more", "build", "table", "take", "code"),
    figures={"8": "stack=conv3+pool2s2+conv3+pool2s2+conv3"},
)  # fmt: skip
