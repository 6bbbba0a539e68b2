"""The page message-passing: a trained network at work on a drawn molecule, with every number.

Begin with `analysis`, the network taken apart; `scene` holds its numbers for one molecule, `film`
the order in which they are shown, `experiment` plays them, `script` writes them as a program.
"""
