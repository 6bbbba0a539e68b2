"""The page kernels: a picture, a few numbers slid over it, and what comes out.

Begin with `convolution`, the layer itself; `presets` are known kernels, `data` the pictures.
`sheet` is all that is computed for one picture and one kernel, `checks` what must hold of it
(shifts, Fourier, the layer as a matrix), `experiment` the film of the slide.
"""

from core.about import About

ABOUT = About(
    "kernels",
    "Kernels",
    ":material/grid_on:",
    "Section 5.1, figure 7, equations 5.1 to 5.5",
    "Nine numbers, slid over a picture, find its edges. **Drag a cell** of the kernel up or down; "
    "**point at the picture** for the numbers of that place.",
    (
        (r"h_{ij} = \sum_{k,l} W_{ijkl}\, x_{kl}", "5.1"),
        (r"W_{ijkl} = W_{ab} \;\Rightarrow\; h_{ij} = \sum_{a,b} W_{ab}\, x_{i+a,\,j+b}", "5.2"),
        (r"h_{ij} = \sum_{|a| \le k} \sum_{|b| \le k} W_{ab}\, x_{i+a,\,j+b}", "5.3"),
        (r"\begin{pmatrix} -1 & -1 & -1 \\ 0 & 0 & 0 \\ +1 & +1 & +1 \end{pmatrix}", "5.4"),
        (r"h^{(c)}_{ij} = \sum_{c'} \sum_{a,b} W^{(c,c')}_{ab}\, x^{(c')}_{i+a,\,j+b}", "5.5"),
    ),
    figures={"7": "kernel=horizontal+edge"},
    folds=("more", "numbers", "take", "code"),
)  # fmt: skip
