"""The race: six families of networks on the same data, at budgets that are stated.

Begin with `entries` (who runs, at which size) and `data` (on what); `record` makes
assets/results/race.json.
"""

from core.about import About

ABOUT = About(
    "race", "The race", ":material/sports_score:", "Section 6, table",
    "Shuffle the values of every sample in one order: who still wins?",
)  # fmt: skip
