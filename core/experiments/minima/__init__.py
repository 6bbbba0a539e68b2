"""The page minima: how sharp the valley is in which training ends, and what that means.

Begin with `settings` and `experiment`; `network` holds the loss as a function of one vector, its
gradient and its curvature, with which all the rest is written. `model` is the chapter's figure 5.
What a click computes: `slices` at random, the way from one minimum to another in `connect`, one
function at any sharpness in `rescale`, several `seeds` at equal training loss.
"""

from core.about import About

ABOUT = About(
    "minima",
    "Minima",
    ":material/landscape_2:",
    "Section 3, figure 5",
    "Full batch climbs to the edge, curvature 2/η, and stays there; small batches stay well below "
    "it. Move the **learning rate**, and the edge moves.",
    (
        (r"\theta \leftarrow \theta - \eta\, \nabla_\theta \mathcal L(\theta)", "3.2"),
        (r"\lambda_{\max} = \max_{|v|=1} v^\top \nabla^2\!\mathcal L\; v \;\le\; 2/\eta", "edge"),
        (r"\lambda \approx \max u^\top H u,\;\; u \in \mathrm{span}\{v, Hv, H^2v\},\;\; |u| = 1",
         "power iteration"),
        (r"\theta \leftarrow \theta - \eta\, \nabla\mathcal L\big(\theta + \rho\,"
         r"\nabla\mathcal L / |\nabla\mathcal L|\big)", "SAM"),
    ),
    figures={"5": "valleys=as in figure 5"},
    folds=("more", "view", "take", "code"),
)  # fmt: skip
