"""The CNN's own convolution, against PyTorch's."""

import torch

from core.experiments.summaries.judges import judges


def test_the_edges_are_those_of_a_field_that_repeats():
    cnn, _ = judges(1, seed=3)
    x = torch.randn(4, 64, 64, generator=torch.Generator().manual_seed(0))
    h = x[:, None]
    for layer in cnn.filters:
        size, stride = layer.kernel_size[0], layer.stride
        circular = torch.nn.Conv2d(layer.in_channels, layer.out_channels, size, stride, size // 2,
                                   padding_mode="circular")  # fmt: skip
        circular.load_state_dict(layer.state_dict())
        torch.testing.assert_close(layer(h), circular(h))
        h = torch.relu(circular(h))
    torch.testing.assert_close(cnn.pooled(x), h.mean((-2, -1)))
