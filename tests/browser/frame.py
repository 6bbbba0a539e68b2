"""Where the parts of a page stand in its window."""

STAGE = ".ip-panel, .ip-cloud-left"  # what a page shows first: panels of a player, or the cloud
SIZES = {"desk": (1440, 900), "projector": (1280, 720), "narrow": (900, 1200), "phone": (390, 844)}
BOXES = """selector => [...document.querySelectorAll(selector)]
  .map(box => box.getBoundingClientRect()).filter(box => box.width > 0)
  .map(({left, top, right, bottom}) =>
    ({left, top: top + scrollY, right, bottom: bottom + scrollY}))"""


def first_row(page):
    """Upper and lower edge of the panels that stand highest."""
    boxes = page.evaluate(BOXES, STAGE)
    top = min(box["top"] for box in boxes)
    return top, max(box["bottom"] for box in boxes if box["top"] < top + 40)


def box_of(page, selector):
    (box, *_) = page.evaluate(BOXES, selector)
    return box
