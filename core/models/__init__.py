"""Models: small classes in the chapter's letters, one module for each family."""
