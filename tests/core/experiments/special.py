"""What the panels of every page are drawn for, beside the guided experiments."""

# Settings that draw other panels than the guided experiments do.
SPECIAL = {
    "approximation": [{"hidden": (5, 4)}, {"hidden": ()}, {"activation": "tanh", "seeds": 1}],
    "attention": [
        *({"target": name} for name in (
            "reverse", "sort", "bracket matching", "previous token", "most frequent token",
            "digits as patches", "a molecule's atoms")),
        {"target": "digits as patches", "sequence": "1", "heads": "4", "layers": 1},
        {"target": "a molecule's atoms", "sequence": "CN1C=NC2=C1C(=O)N(C(=O)N2C)C"},
        {"layers": 4, "heads": "4", "sequence": "A1B2A"},
        {"target": "modular addition", "sequence": "3 4 ="},
    ],
    "autoencoders": [
        {"data": "MNIST-1D", "d": 1, "left_out": ("3", "7")},
        {"data": "spectra", "model": "variational", "d": 3},
        {"data": "galaxies", "noise": "Gaussian", "model": "linear"},
        {"look": "points", "others": False},
    ],
    "boundaries": [
        {"hidden": (4, 4, 4), "residual": True, "seeds": 4},
        {"dataset": "reg-gauss"},
        {"dataset": "points"},
        {"activation": "linear", "features": ("X1", "X2", "X1X2")},
    ],
    "deep-sets": [{"target": target} for target in (
        "sum of lengths", "center of mass", "distinct count", "each: is rightmost",
        "each: offset from center", "molecule: gap")],
    "depth": [
        {"networks": ("plain", "batch norm", "layer norm", "pre-norm", "post-norm"), "seeds": 2},
        *({"look": look, "depth": 1} for look in ("size", "alike", "dead", "identity")),
    ],
    "double-descent": [
        *({"grows": grows} for grows in (
            "training set", "width of an MLP", "updates: two scales", "updates: first weights")),
        {"features": "waves, 1 input", "ridge": 1.0, "n": 10},
        {"grows": "updates: first weights", "features": "waves, 1 input"},
    ],
    "graph-attention": [{"smiles": "C"}, {"smiles": "CN1C=NC2=C1C(=O)N(C(=O)N2C)C", "head": "4"}],
    "kernels": [
        {"color": True, "stride": 2, "padding": "circular"},
        {"color": True, "layer": "depthwise", "side": "5"},
        {"layer": "transposed", "stride": 3, "edge": "64"},
        {"picture": "drawn", "side": "7", "dilation": 2, "padding": "valid"},
    ],
    "manifolds": [
        *({"dataset": name} for name in ("drawn", "MNIST-1D", "QM9 embeddings", "clusters")),
        *({"sheet": name} for name in ("pca", "ae", "tsne", "umap", "isomap")),
        {"dataset": "digits", "pictures": True, "latent": 5, "samples": 300},
    ],
    "features": [
        {"data": "digits", "stride": "4", "channels": 2},
        {"pooling": "none", "padding": "zero", "shuffled": True},
    ],
    "optimizers": [
        {"surface": "network: all weights"},
        {"surface": "network: two weights", "tuned": True, "schedule": "cosine"},
        {"surface": "matrix W X = Y", "noisy": "all but GD"}, {"surface": "formula"},
        *({"numbers": name} for name in ("SGD", "AdaGrad", "AdamW", "Muon"))],
    "message-passing": [
        {"model": model, "smiles": smiles, "relabel": True}
        for model in ("gcn", "gat", "mpnn") for smiles in ("C", "C#N")],
    "minima": [{"ways": ("SAM",), "hidden": (8, 8, 8), "valleys": "as in figure 5"}],
    "patterns": [
        *({"given": name} for name in ("grid", "molecule", "star")),
        {"gnn": "GCN", "own": "drawn", "own_weights": "fixed", "positions": True},
    ],
    "predict": [{"smiles": "C" * 20}],
    "recurrence": [
        *({"target": name} for name in ("copy", "adding", "spectral line", "parity", "MNIST-1D")),
        {"length": 8, "seeds": 2, "shown": "default", "cells": ("LSTM",)},
        {"cells": ("GRU", "transformer")},
        {"cells": ("transformer",)},
        {"length": 100, "clip": 0.0, "activation": "linear", "recurrent": "identity"},
    ],
    "receptive-fields": [
        *({"network": network} for network in ("alexnet", "unet", "wavenet", "resnet50")),
        {"stack": "conv3 up3s2 conv3s2", "reach": 2}, {"stack": "40*conv3"}],
    "qm9-training": [{"molecules": 500, "models": ("mlp", "gcn", "best"), "target": "mu"}],
}  # fmt: skip
