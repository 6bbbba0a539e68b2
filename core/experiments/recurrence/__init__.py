"""The page recurrence: cells race to remember what came first, and the gradient's way back.

Begin with `settings` and `experiment`. What they learn is in `sequences`, how they begin in
`beginnings`, the law of the gradient in `theory`; `pace` measures why h_100 waits for h_99;
`mnist1d` trains the four families of the recorded table, which are in `mnist1d_families`.
"""

from core.about import About

ABOUT = About(
    "recurrence",
    "Recurrence",
    ":material/repeat:",
    "Section 5.2, figure 9, equation 5.6",
    "It has to remember the first letter. For how long? Race each cell against a twin with other "
    "first weights.",
    ((r"h_t = \sigma(W_h h_{t-1} + W_x x_t + b)", "5.6"),),
    figures={"9": "cells=RNN&beside=0&length=8"},
)
