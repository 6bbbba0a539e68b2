"""Words around numbers."""


def counted(n: int, noun: str) -> str:
    """A number and what it counts: "1 update", "2,000 updates"."""
    return f"{n:,} {noun}{'s' * (n != 1)}"
