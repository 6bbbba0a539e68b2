"""The page autoencoders: a bottleneck of d numbers, what is kept and what is lost.

Begin with `experiment` and `core.models.autoencoder`; `data` are the samples, `baseline` is what
PCA does with them. A frame is put together in `pictures`, from `maps`, `cells` and `anomalies`.
"""

from core.about import About

ABOUT = About(
    "autoencoders",
    "Autoencoders",
    ":material/compress:",
    "Section 4, figure 6",
    "Two numbers a digit: what is kept, what is lost? **Drag the dot** through latent space and "
    "see what the decoder makes of it; then change **d**.",
    (
        (
            r"z = f_\theta(x), \quad \hat{x} = g_\phi(z), \quad "
            r"\mathcal{L} = \|x - g_\phi(f_\theta(x))\|^2",
            "4.1",
        ),
    ),
    {"6": "step=500"},
)
