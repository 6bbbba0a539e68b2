"""The page deep-sets: three networks race on sets, one of which cannot notice a shuffle.

Begin with `settings`, then `experiment`. What they learn from lies in `sets` (points) and `bags`
(molecules without their bonds), the set on the stage in `shown`, new sets for tests in `held_out`.
"""
