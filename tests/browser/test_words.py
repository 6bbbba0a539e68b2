"""Lines of words: numbers of the present frame, and indices below the line."""

from playwright.sync_api import expect

from core.stage import line, words
from tests.browser.plots import at, film_of

TEXT = "h<sub>t−1</sub> = {} in x<sup>2</sup>, not <u>tags</u> & <img src=x>, {focus:token}"


def test_indices_are_set_and_everything_else_is_text(show, page):
    panel = words("said", [line(TEXT, ("loss", 0, ".2f"))], title="Said", alt="Words.",
                  width=400, height=200)  # fmt: skip
    show(film_of(3, lambda i: {"loss": 0.5 + i}), panel)
    said = page.locator(".ip-line")
    expect(said).to_contain_text("ht−1 = 0.50 in x2, not <u>tags</u> & <img src=x>,")
    assert said.locator("sub").all_inner_texts() == ["t−1"]
    assert said.locator("sup").all_inner_texts() == ["2"]
    assert said.locator("u, img").count() == 0
    at(page, 2)
    expect(said).to_contain_text("= 2.50 in x2")
