"""The settings in .streamlit/config.toml: known to Streamlit, private, readable on a projector."""

import subprocess
import sys
import tomllib

import pytest
from streamlit import config

from tests.server import ROOT

SETTINGS = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text())
AA, AAA = 4.5, 7.0  # contrast ratios of WCAG 2.2 for text


def flat(table, prefix=""):
    for key, value in table.items():
        if isinstance(value, dict):
            yield from flat(value, f"{prefix}{key}.")
        else:
            yield prefix + key, value


def contrast(one, two):
    """The contrast ratio of two colors (#rrggbb) as WCAG defines it."""

    def luminance(color):
        channels = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
        return sum(w * c for w, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))

    light, dark = sorted((luminance(one), luminance(two)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_contrast_agrees_with_the_values_of_the_standard():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)


@pytest.mark.parametrize("name", dict(flat(SETTINGS)))
def test_streamlit_knows_the_option(name):
    assert name in config._config_options_template


def test_nothing_leaves_the_machine():
    assert SETTINGS["server"]["address"] == "127.0.0.1"
    assert SETTINGS["browser"]["gatherUsageStats"] is False
    assert SETTINGS["logger"]["hideWelcomeMessage"] is True
    assert "://" not in (ROOT / ".streamlit" / "config.toml").read_text()


def test_both_themes_set_the_same_colors():
    light, dark = (set(dict(flat(SETTINGS["theme"][name]))) for name in ("light", "dark"))
    assert light == dark


@pytest.mark.parametrize("name", ["light", "dark"])
def test_text_is_readable(name):
    theme = SETTINGS["theme"][name]
    pages = [theme["backgroundColor"], theme["secondaryBackgroundColor"]]
    sidebar = [theme["sidebar"]["backgroundColor"], theme["sidebar"]["secondaryBackgroundColor"]]
    for background in pages + sidebar:
        assert contrast(theme["textColor"], background) >= AAA
        assert contrast(theme["linkColor"], background) >= AA


@pytest.mark.parametrize("name", ["light", "dark"])
def test_the_train_button_is_readable(name):
    theme = SETTINGS["theme"][name]
    assert contrast(theme["primaryColor"], theme["backgroundColor"]) >= 3  # a control, not text
    assert contrast(theme["primaryColor"], "#ffffff") >= 4


def test_palettes_have_the_sizes_that_streamlit_asks_for():
    palettes = dict(flat(SETTINGS["theme"]))
    ten = [palettes[name] for name in palettes if "chartSeq" in name or "chartDiv" in name]
    assert [len(colors) for colors in ten] == [10, 10, 10]


def test_nobody_looks_whether_settings_have_changed(tmp_path):
    """`fileWatcherType` says so, and yet Streamlit would look at its own files, all the time."""
    code = (
        "import time, app; from streamlit.watcher import polling_path_watcher as watch\n"
        "seen = []; watch.util.path_modification_time = lambda *names: seen.append(names) or 1.0\n"
        "watch.PollingPathWatcher('config.toml', print, allow_nonexistent=True)\n"
        "time.sleep(2.5 * watch._POLLING_PERIOD_SECS); print(len(seen))"
    )
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert done.stdout == "1\n", done.stderr  # once, when it begins
