"""The page optimizers: eight ways down one valley, from one point, at a stated learning rate.

Begin with `problem` and `experiment`; `rules` are the updates as equations. `surfaces`, `samples`
and `networks` are what is minimized. `sweep` tries many learning rates, `starts` many starts.
"""

from core.about import About

ABOUT = About(
    "optimizers",
    "Optimizers",
    ":material/downhill_skiing:",
    "Section 3, optimization",
    "One valley, eight ways down from one point. Raise **η**: past **2/L** gradient descent no "
    "longer comes to rest. Drag the start elsewhere.",
    ((r"\begin{gathered}"
      r"\theta \leftarrow \theta - \eta\,\nabla_\theta \mathcal{L} \\"
      r"\text{momentum: } v \leftarrow \beta v + g,\quad \theta \leftarrow \theta - \eta v \\"
      r"\text{Adam: } m \leftarrow \beta_1 m + (1-\beta_1)\,g,\quad "
      r"v \leftarrow \beta_2 v + (1-\beta_2)\,g^2 \\"
      r"\theta \leftarrow \theta - \eta\,\hat m / (\sqrt{\hat v} + \epsilon)"
      r"\end{gathered}", "3.2"),),
    groups=("noise", "schedule"),
)  # fmt: skip
