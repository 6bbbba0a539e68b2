"""The page attention: small transformers learn to look at the right place, while one watches.

Begin with `settings` and `experiment`. What they learn is in `problems` (where its
answers stand in `rules`, what it is made of in `digits` and `molecules`), what is measured of a
network in `measures`; the network itself is `core.models.sequence_transformer`.
"""

from core.about import About

ABOUT = About(
    "attention",
    "Attention",
    ":material/visibility:",
    "Section 6, equations 6.1 and 6.4",
    "Watch a circuit appear: one layer looks back one step, the next then looks up the answer.",
    (
        (
            r"\text{output} = \sum_i \alpha_i v_i,\quad"
            r" \alpha_i = \frac{\exp(q \cdot k_i)}{\sum_j \exp(q \cdot k_j)}",
            "6.1",
        ),
        (
            r"h_i = \sum_j \alpha_{ij} v_j,\quad"
            r" \alpha_{ij} = \text{softmax}_j(q_i \cdot k_j / \sqrt{d})",
            "6.4",
        ),
    ),
    groups=("heads", "hand", "longer"),
)
