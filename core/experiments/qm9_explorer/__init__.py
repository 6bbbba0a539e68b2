"""The page qm9-explorer: all molecules of QM9 as points to walk through, and one of them closely.

Begin with `settings`. It trains nothing, so it has no experiment: what is drawn lies in
`figures_*`, the map of chemical space in `space`, and its slow layout, UMAP, in `space_job`.
"""
