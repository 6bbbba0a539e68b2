"""The page perceptron: Rosenblatt's rule, mistake by mistake, and what it cannot learn.

Begin with `experiment` and `theory`, the bound that it keeps; `acts` are the three acts of its
history, as settings.
"""
