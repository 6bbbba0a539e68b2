"""The page features: a small CNN and an MLP learn side by side, and what moves with the picture.

Begin with `network` and `experiment`; `data` are spiral galaxies and digits, at any place of a
frame. `shown` is the picture on the stage, `explain` asks what the network looks at, `corner` and
`budgets` are the measurements below the stage.
"""

from core.about import About

ABOUT = About(
    "features",
    "Features",
    ":material/grain:",
    "Section 5.1, figure 8",
    "It learned the galaxy in the middle. Does it know it in the corner? **Drag the galaxy**, and "
    "watch its feature maps move along.",
    ((r"h^{(c)}_{ij} = \sum_{c'} \sum_{a,b} W^{(c,c')}_{ab}\, x^{(c')}_{i+a,\,j+b}", "5.5"),),
    figures={"8": "data=digits&step=210"},
    groups=("network",),
)
