"""The page graph-attention: whom each atom listens to, and what these weights do not explain.

Begin with `analysis`, the network opened up; `study` puts one molecule through it, `experiment`
goes from equal weights to learned ones. `sample` asks many molecules, from the command line.
"""

from core.about import About

ABOUT = About(
    "graph-attention",
    "Graph attention",
    ":material/join:",
    "Section 5.3.1, figure 12, equations 5.13 and 5.14",
    "A network trained on QM9 weighs neighbors by what they are. **A large weight does not mean "
    "that a neighbor matters**: click an atom for its numbers, an arrow to silence a neighbor.",
    (
        (r"h'_v = \sum_{u \in \mathcal{N}(v)} \alpha_{uv} \cdot \psi(h_u)", "5.13"),
        (r"\alpha_{uv} = \frac{\exp(f(h_u, h_v))}"
         r"{\sum_{w \in \mathcal{N}(v)} \exp(f(h_w, h_v))}", "5.14"),
    ),
    figures={"12": "step=60"},
    groups=("uniform", "ranks", "matrix", "way", "heads"),
)  # fmt: skip
