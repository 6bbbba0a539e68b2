"""The page summaries: what P(k) and the histogram keep of a sky, and what they throw away.

Begin with `fields`, which makes skies from the power spectra of `cosmology`; `spectrum` measures
them, `twins` gives them other phases. `sky` is what stands on the stage; `experiment` lets five
`judges` learn from the fields of `data`, each from another summary, and `sizes` does so for growing
training sets.
"""

from core.about import About

ABOUT = About(
    "summaries",
    "Summaries",
    ":material/blur_on:",
    "Section 1, figure 1",
    "Two skies, one power spectrum: the summary cannot tell them apart. Turn the **phases** and "
    "watch the web dissolve while P(k) stays; five judges learn to tell a web from its twin.",
    (
        (r"P(k) = \frac{L^2}{n^4}\,\big\langle |F_{\mathbf k}|^2 \big\rangle_{|\mathbf k| = k}",
         "P"),
        (r"\frac{\Delta P}{P} = \sqrt{2 / N_k}", "scatter"),
        (r"\sigma_8^2 = \int \frac{k^2 \mathrm dk}{2\pi^2}\, P(k)\, W^2(8k)", "σ₈"),
    ),
    figures={"1": "phases=100"},
)  # fmt: skip
