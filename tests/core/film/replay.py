"""Films recorded frame by frame, where a frame may take the place of the last one."""

from hypothesis import strategies as st

CHANGES = st.lists(st.tuples(st.integers(0, 2), st.booleans()), min_size=1, max_size=40)


def recorded(film, changes, frame):
    """Append the frame of each change, or put it in the last one's place; yields what is kept."""
    kept, step = [], 0
    for value, again in changes:
        if again and kept:
            kept.pop()
        else:
            step += 1
        film.append(step, frame(value))
        kept.append(value)
        yield kept
