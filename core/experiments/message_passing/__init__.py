"""The page message-passing: a trained network at work on a drawn molecule, with every number.

Begin with `analysis`, the network taken apart; `scene` holds its numbers for one molecule, `film`
the order in which they are shown, `experiment` plays them, `script` writes them as a program.
"""

from core.about import About

ABOUT = About(
    "message-passing",
    "Message passing",
    ":material/hub:",
    "Section 5.3.1, figures 11 and 14, equations 5.9 to 5.12",
    "Every atom sends, sums and updates; round by round it hears from farther away. A network "
    "trained on QM9 at work: **click an atom** for its numbers, or draw another molecule.",
    (
        (r"h_v^{(\ell+1)} = \phi\Big(h_v^{(\ell)}, \sum_{u \in \mathcal{N}(v)} "
         r"\psi(h_u^{(\ell)}, h_v^{(\ell)}, e_{uv})\Big)", "5.9"),
        (r"h_v^{(\ell+1)} = \sigma\Big(\sum_{u \in \mathcal{N}(v)} c_{vu} W^{(\ell)} "
         r"h_u^{(\ell)}\Big)", "5.10"),
        (r"H^{(\ell+1)} = \sigma(\tilde{A} H^{(\ell)} W^{(\ell)})", "5.11"),
        (r"h_G = \sum_{v \in \mathcal{V}} h_v", "5.12"),
    ),
    figures={"11": "model=mpnn", "14": "model=gcn"},
    groups=("matrices", "smoothing"),
)  # fmt: skip
