"""The page qm9-explorer: all molecules of QM9 as points to walk through, and one of them closely.

Begin with `settings`. It trains nothing, so it has no experiment: its cloud is drawn in `figures`,
what it says of one molecule in `figures_*`; the map of chemical space is made in `space`, and its
slow layout, UMAP, in `space_job`.
"""

from core.about import About

ABOUT = About(
    "qm9-explorer",
    "QM9 explorer",
    ":material/travel_explore:",
    "Appendix A, figure 14, equation 5.12",
    "130,831 small molecules with 19 properties each, computed by density functional theory. "
    "**Point** at the cloud to see structures, **click** to take one apart below.",
    (
        (r"x_v \in \mathbb{R}^{11},\; e_{uv} \in \mathbb{R}^{4}", "A"),
        (r"h_G = \textstyle\sum_{v \in V} h_v", "5.12"),
    ),
    figures={"14": "molecule=29238"},
    folds=("view", "code"),
)
