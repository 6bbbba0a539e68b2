"""The page patterns: MLP, CNN, GNN and Transformer as one sum with four masks.

Begin with `masks` (who may look at whom) and `layers` (the sum), then `data` (what they learn) and
`experiment`. `references` holds the layers that others wrote, for comparison; `counts` what a layer
costs.
"""

from core.about import About

ABOUT = About(
    "patterns",
    "Attention patterns",
    ":material/hub:",
    "Section 6, figure 13, equations 6.2 to 6.5",
    "Four architectures, one sum: who may look at whom?",
    (
        (r"h_{ij} = \sum_{a,b} W_{ab} \cdot x_{i+a,j+b}", "6.2"),
        (r"h_v = \sum_{u \in \mathcal{N}(v)} \alpha_{uv} \cdot \psi(h_u)", "6.3"),
        (
            r"h_i = \sum_{j=1}^n \alpha_{ij} \cdot v_j, \quad "
            r"\alpha_{ij} = \text{softmax}_j(q_i \cdot k_j / \sqrt{d})",
            "6.4",
        ),
        (r"h_i = \sum_{j=1}^n W_{ij} \cdot x_j", "6.5"),
    ),
    figures={"13": "step=300"},
    groups=("matrices", "reach", "cost"),
)
