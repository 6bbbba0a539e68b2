"""The chapter's historical interlude, told beside the run that it is about."""

from __future__ import annotations

from typing import Any

from core.experiments.perceptron.acts import CANNOT, HIDDEN, LEARNS, act_of
from core.stage import Panel, line, words

STORY = {
    LEARNS: (
        ("1958", "Frank Rosenblatt, a psychologist, builds a machine of one neuron that finds its "
         "own weights. It looks at one example at a time, and only a mistake moves the line."),
        ("", "The press expects more of it. It will, says the New York Times, “walk, talk, see, "
         "write, reproduce itself and be conscious of its existence.”"),
        ("1962", "Albert Novikoff proves what is true: if a line can separate the classes, there "
         "are at most (R/γ)² mistakes, in whatever order the points come. γ is the margin of the "
         "best line, R the length of the longest point (x₁, x₂, 1)."),
    ),
    CANNOT: (
        ("1969", "Marvin Minsky and Seymour Papert of MIT publish Perceptrons, a proof of what one "
         "layer cannot do. XOR is the smallest case: no line has the right two points on each "
         "side."),
        ("", "The proof holds for one layer. That networks of several layers would be hopeless to "
         "train was only a guess."),
        ("1970s", "Funding leaves the field all the same, and few go on: the first AI winter."),
    ),
    HIDDEN: (
        ("1986", "David Rumelhart, Geoffrey Hinton and Ronald Williams send the error back through "
         "a hidden layer, as a few others had done with little notice."),
        ("", "Hidden neurons move the points to where one line is enough. The last neuron still "
         "learns as in 1958, w ← w + η (t − p) h: its input is h in place of x, and its step has "
         "become a slope p between 0 and 1."),
        ("", "The guess of 1969 was wrong, but not baseless: from other first weights (New seed) "
         "two hidden neurons often get stuck."),
    ),
}  # fmt: skip


def story(settings: Any) -> Panel:
    """What happened when networks could do this much and no more."""
    lines = []
    for year, text in STORY[act_of(settings)]:
        lines += [line(year, mark="head")] if year else []
        lines.append(line(text))
    return words("story", lines, title="Meanwhile", width=300, height=430, grow=0.8)
