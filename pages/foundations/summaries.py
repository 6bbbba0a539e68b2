"""Summaries: two skies with one power spectrum, and who can tell them apart."""

from typing import Any

import streamlit as st

from core.experiments.summaries import ABOUT, figures
from core.experiments.summaries.cosmology import power, slice_power
from core.experiments.summaries.data import QUESTIONS, TWINS
from core.experiments.summaries.fields import colored, web
from core.experiments.summaries.figures_sizes import said_of_sizes, sizes_figure
from core.experiments.summaries.given import LARGEST, OWN, keep
from core.experiments.summaries.judges import Convolutional
from core.experiments.summaries.pictures import Summaries
from core.experiments.summaries.sizes import Sizes, recorded
from core.experiments.summaries.spectrum import bispectrum, power_spectrum
from core.experiments.summaries.tasks import TASKS
from core.experiments.summaries.twins import same_histogram, same_power, turned
from pages.ui.bench import begins_by_itself, workbench
from pages.ui.controls import Controls
from pages.ui.lesson import open_page, show_code, try_this
from pages.ui.work import begins, so_far

RECORD = "python -m core.experiments.summaries.sizes --seeds 5 --record"
page = open_page(ABOUT, Summaries, TASKS)
begins_by_itself(page)


def taken() -> None:
    """An image was given: it stands on the stage, the judges learn on."""
    file = st.session_state[page.key("file")]
    if file is not None:
        try:
            page.change("image", keep(file.getvalue()), again=True)
        except ValueError as error:
            page.put("problem", str(error))


def above(controls: Controls) -> None:
    """Where an image is given."""
    settings: Any = controls.shown
    if OWN in (settings.source, settings.towards):
        st.file_uploader("Own image, PNG or JPEG", ["png", "jpg", "jpeg"], key=page.key("file"),
                         on_change=taken, max_upload_size=LARGEST // 1_000_000)  # fmt: skip
        st.caption("Its middle square, gray, 128 pixels wide. A link does not carry it.")


def below(settings: Any) -> None:
    """What the race shares."""
    st.caption(
        "The judges read fields of 64 × 64 cells, 128 Mpc/h wide, seen through P(k), through 32 "
        "quantiles, through the bispectrum of 8 bands, or whole: same fields, same order, same "
        "seed, Adam at the same rate. Skies are slices 32 Mpc/h thick of flat universes with "
        "h = 0.7 and n_s = 0.965; a web's values are replaced by rank, as a normal distribution "
        "has them. In the race all phases of a twin are random. Twins that keep the histogram "
        "keep one of the two exactly: on the stage P(k), and the histogram nearly, least where "
        "values are skewed; in the race the histogram, and P(k) to a few thousandths."
    )


def sizes(work: Sizes | None) -> None:
    """Error over the number of training fields: computed here, or as recorded."""
    asked = page.get("asked")
    if work is not None and work.question == asked:
        found, source = work.result, work.command
    else:
        (found,) = (entry for entry in recorded() if entry["question"] == asked)
        source = RECORD
    if found["sizes"]:
        st.plotly_chart(sizes_figure(found), key=page.key("chart"),
                        alt="Error of each judge over the number of training fields.")  # fmt: skip
        st.caption(said_of_sizes(found))
    st.code(source, language="bash", wrap_lines=True)


workbench(page, figures, above=above, below=below)
st.subheader("How many skies does it take?")
st.segmented_control("What is asked", QUESTIONS, default=next(iter(QUESTIONS)),
                     key=page.key("asked"), required=True)  # fmt: skip
begins(page, "sizes", "Compute it here, 3 seeds", lambda: Sizes(page.get("asked"), TWINS[0]))
so_far(page, "sizes", sizes, recorded=True)
try_this(page)
show_code(page, power_spectrum, bispectrum, turned, same_histogram, same_power, colored, web, power,
          slice_power, Convolutional, Summaries)  # fmt: skip
