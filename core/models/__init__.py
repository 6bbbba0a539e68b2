"""Models: small classes in the chapter's letters, one module for each family.

Begin with `mlp`; `graph` has the layers of sections 5.4 and 6.
"""
