"""The depth page in a real browser: it trains at first sight; other first weights, other fate."""

import re

from playwright.sync_api import expect

from tests.browser.helpers import READY, film, open_page, player, wait_for

READOUTS = ".ip-readout"


def said(page, label):
    """The number of this label in the row of numbers."""
    for text in page.locator(READOUTS).all_inner_texts():
        if text.startswith(label):
            return float(re.search(r"([\d.]+(e[-+]?\d+)?)%?$", text.replace("−", "-").strip())[1])
    raise AssertionError(f"no {label} among {page.locator(READOUTS).all_inner_texts()}")


def test_the_first_weights_decide_whether_the_gradient_vanishes(app, page):
    open_page(page, f"{app.url}/depth")
    root = player(page)
    wait_for(root, "step", 5)
    assert said(page, "plain: gradient at W₁ / W₅₀") < 1e-15
    assert 0.1 < said(page, "residual: gradient at W₁ / W₅₀") < 1000
    before = film(root)["film"]
    page.get_by_role("combobox", name="First weights").click()
    page.get_by_role("option", name="He").click()
    expect(page).to_have_url(re.compile("initialization=He"), timeout=READY)
    expect(root).not_to_have_attribute("data-film", before, timeout=READY)
    root.press("Home")
    expect(root).to_have_attribute("data-step", "0", timeout=READY)
    assert 0.05 < said(page, "plain: gradient at W₁ / W₅₀") < 100
    page.problems.check()
