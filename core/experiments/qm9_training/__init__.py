"""The page qm9-training: architectures race on real molecules, at equal size and equal updates.

Begin with `settings` and `experiment`; `data` holds the molecules. Full runs are not made here but
in `core.qm9.training`; their curves are drawn by `figures_curves`.
"""

from core.about import About

ABOUT = About(
    "qm9-training",
    "Training on QM9",
    ":material/model_training:",
    "Section 5.3 and appendix A, equations 2.1, 5.9 and 5.12",
    "An MLP reads a molecule as a list of numbers, message passing as a graph, in which no atom is "
    "the first. What is that worth? Press **Train**: both learn from the same real molecules.",
    (
        (r"h_1 = \sigma(W_1 x + b_1)", "2.1"),
        (r"h_v^{(\ell+1)} = \phi\Big(h_v^{(\ell)}, \textstyle\sum_{u \in \mathcal{N}(v)} "
         r"\psi(h_u^{(\ell)}, h_v^{(\ell)}, e_{uv})\Big)", "5.9"),
        (r"h_G = \textstyle\sum_{v} h_v", "5.12"),
    ),
)  # fmt: skip
