"""Networks for QM9, how they are set and kept, and what they know of their own errors.

Begin with `models`: the chapter's architectures by name, on the shared `skeleton`; `best` is ours.
`predictor` adds the linear part, `package` is the file that is shipped, `conformal` its intervals.
"""
