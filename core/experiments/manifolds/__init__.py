"""The page manifolds: one data set, five maps of it in the plane, and how much each of them keeps.

Begin with `settings` and `data`, then `experiment` (the autoencoder, which is trained live) and
`pictures` (t-SNE beside it, step by step). `methods` has the maps that stand still: PCA is made at
once, Isomap and UMAP are recorded or made by a process of their own (`job`).
"""

from core.about import About

ABOUT = About(
    "manifolds",
    "Manifolds",
    ":material/layers:",
    "Sections 1 and 4, equation 4.1",
    "Five maps of the same points, two of them learning while you watch: which of them unrolls "
    "what is rolled up, and what does it tear?",
    ((r"\mathcal{L} = \|x - g_\phi(f_\theta(x))\|^2", "4.1"),),
    folds=("more", "view", "take", "code"),
)
