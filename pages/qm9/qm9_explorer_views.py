"""The three views of the explorer: two targets, the map of chemical space, distributions."""

from typing import Any

import streamlit as st

from core.experiments.qm9_explorer import figures as qm9_cloud
from core.experiments.qm9_explorer import figures_targets as qm9_targets
from core.settings.kinds import SettingError
from core.stage import identity
from pages.qm9.qm9_explorer_map import map_data
from pages.ui.cloud import cloud
from pages.ui.plain import signed
from pages.ui.runs import Page


def draw_view(page: Page, counted: Any, mask: Any) -> None:
    """The picture of the present settings; nothing where no molecule is left."""
    if not mask.any():
        return
    if page.settings.view == "distribution":
        _distribution(page, counted, mask)
        return
    data = _two_targets(page, counted, mask) if page.settings.view == "targets" else map_data(
        page, counted, mask
    )  # fmt: skip
    if data is None:
        return
    data["look"] = (page.get("flags") or {}).get("look", 0)  # a guided experiment was run
    shown = {**page.settings.to_link(complete=True), "what": data["title"], "look": data["look"]}
    data["id"] = identity(shown)

    def on_event(event: dict[str, Any]) -> None:
        """A click on a point, or beside all points."""
        row = event.get("row")
        if row is None:
            at = float(event["x"]), float(event["y"])
            row = qm9_cloud.nearest(counted, page.settings, mask, *at)
        if row is not None and 0 <= int(row) < len(counted):
            pick(page, counted, int(row))

    cloud(page.key("cloud"), data, on_event)


def pick(page: Page, counted: Any, row: int) -> None:
    """This molecule from now on, above and below."""
    try:
        page.set(page.settings.replace(molecule=int(counted.library.data.index[row])))
        page.put("leave", True)
    except SettingError as error:
        page.put("problem", str(error))


def _two_targets(page: Page, counted: Any, mask: Any) -> dict[str, Any]:
    settings = page.settings
    data = qm9_cloud.two_targets(counted, settings, mask)
    drawn, left = data["points"]["n"], int(mask.sum())
    picked = counted.row(settings.molecule)
    if picked is not None:
        values = [float(counted.values(k)[picked]) for k in (settings.x, settings.y)]
        data["picked"] = {"row": picked, "x": values[0], "y": values[1]}
    many = f"{drawn:,} of {left:,} are points, drawn by the seed. "
    data["hint"] = (many if drawn < left else "") + "A click picks the nearest molecule."
    if data["outside"]:
        data["hint"] += f" {data['outside']:,} lie outside the axes: see View, Show outliers."
    data["alt"] = f"Scatter plot: {data['title']}, {left:,} molecules."
    return data


def _distribution(page: Page, counted: Any, mask: Any) -> None:
    key = page.settings.x
    st.markdown(signed(qm9_targets.sentence(counted, key, mask)))
    figure = qm9_targets.distribution(counted, key, mask, counted.row(page.settings.molecule))
    st.plotly_chart(figure, key=page.key("histogram"), alt=f"Histogram of {qm9_cloud.label(key)}.")
    bars = st.column_config.BarChartColumn("distribution", y_min=0, width="medium")
    shown = qm9_targets.summary(counted, mask)
    names = ["smallest", "median", "largest"]
    shown[names] = shown[names].map(qm9_targets.written)
    number = {name: st.column_config.TextColumn(name, alignment="right") for name in names}
    st.dataframe(
        shown, hide_index=True, key=page.key("summary"),
        column_config={"distribution": bars, **number}, height="content",
        alt="All 19 targets with unit, range, median and a small histogram.",
    )  # fmt: skip
