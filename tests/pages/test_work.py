"""Long work that a button begins, and pages that train whatever is set."""

from streamlit.testing.v1 import AppTest


def counting():
    """A page with a button that begins to count, and one without anything recorded."""
    import streamlit as st

    from core.work import Slices
    from pages.ui.runs import Page
    from pages.ui.work import begins, so_far
    from tests.pages.minimal import ABOUT
    from tests.pages.minimal.experiment import Line

    class Count(Slices):
        made = 0

        @property
        def fraction(self):
            return self.made / 3

        def advance(self):
            self.made += 1

    page = Page(ABOUT, Line)
    begins(page, "count", "Count", Count)
    begins(page, "other", "Another", Count, key="by hand", icon=":material/timer:")
    so_far(page, "count", lambda work: st.caption(f"{work.made}" if work else "0"), recorded=True)
    so_far(page, "other", lambda work: st.caption(f"other {work.made}"))


def captions(app):
    assert [error.value for error in app.exception] == []
    return [caption.value for caption in app.caption]


def test_a_button_begins_the_work_that_is_shown_so_far():
    app = AppTest.from_function(counting, default_timeout=60).run()
    assert captions(app) == ["0"]
    assert captions(app.button(key="line.count.begin").click().run()) == ["3"]
    assert captions(app.button(key="by hand").click().run()) == ["3", "other 3"]


def restless_page():
    """What begins, before and after a view is changed, and a setting that makes another run."""
    import streamlit as st

    from pages.ui.bench import restless
    from pages.ui.runs import Page
    from pages.ui.take_home import described
    from tests.pages.minimal import ABOUT, figures
    from tests.pages.minimal.experiment import Line
    from tests.pages.minimal.settings import LineSettings

    page, same = Page(ABOUT, Line), LineSettings()
    show = restless(page, figures)
    for settings in (same, same, same.replace(points=7)):
        page.put("flags", None)
        assert show(settings) == described(figures, settings)
        st.caption(str(page.get("flags")))


def test_a_restless_page_begins_to_train_what_is_new():
    app = AppTest.from_function(restless_page, default_timeout=60).run()
    assert captions(app) == ["{'autotrain': True}", "None", "{'autotrain': True}"]
