"""QM9 from the published files to what a training run reads; nothing here knows a network.

Begin with `data.load`. The way is `source` (CSV files), `cache`, `data`, `graphs` (tensors),
`targets` (what is learned, and the way back), `baseline` and `task`; `split` says who is tested.
"""
