"""Updates without a browser: 16 networks against one, and ours against torch.nn."""

import time
from collections.abc import Callable
from statistics import median

import torch
from torch import Tensor, nn

from core.experiments.boundaries.data import data
from core.experiments.boundaries.pictures import Boundaries
from core.experiments.boundaries.settings import BoundariesSettings
from tests.benchmarks.table import Row, spread

FOREVER = 500_000
UPDATES, ROUNDS = 200, 15


def milliseconds(step: Callable[[int], None]) -> float:
    """Time of one update in a block of them."""
    started = time.perf_counter()
    step(UPDATES)
    return 1000 * (time.perf_counter() - started) / UPDATES


def race(ours: Callable[[int], None], other: Callable[[int], None]) -> list[tuple[float, float]]:
    """Blocks in turn, so that what else the machine does hits both alike."""
    for step in (ours, other):
        step(UPDATES)
    return [(milliseconds(ours), milliseconds(other)) for _ in range(ROUNDS)]


class Plain:
    """The default network of the page as one writes it with torch.nn and torch.optim."""

    def __init__(self, settings: BoundariesSettings) -> None:
        (X, y), _ = data(settings)
        self.points, self.labels = torch.from_numpy(X), (torch.from_numpy(y) + 1) / 2
        sizes = (2, *settings.hidden)
        layers: list[nn.Module] = []
        for fan_in, fan_out in zip(sizes, sizes[1:], strict=False):
            layers += [nn.Linear(fan_in, fan_out), nn.Tanh()]
        self.model = nn.Sequential(*layers, nn.Linear(sizes[-1], 1))
        parameters, rate = self.model.parameters(), settings.learning_rate
        self.optimizer = torch.optim.SGD(parameters, lr=rate, momentum=0.9)
        self.entropy, self.size = nn.BCEWithLogitsLoss(), settings.batch_size

    def loss(self, index: Tensor | slice = slice(None)) -> Tensor:
        """Binary cross-entropy of some points, or of all."""
        return self.entropy(self.model(self.points[index]).squeeze(-1), self.labels[index])

    def step(self, n: int) -> None:
        """About n updates: whole epochs in random order."""
        done = 0
        while done < n:
            for index in torch.randperm(len(self.points)).split(self.size):
                self.optimizer.zero_grad()
                self.loss(index).backward()
                self.optimizer.step()
                done += 1


def rows() -> list[Row]:
    """Ratios of times, each the median over rounds."""
    torch.set_num_threads(1)  # as in the app
    one = BoundariesSettings(max_steps=FOREVER)
    many = Boundaries(one.replace(seeds=16)).step
    sixteen = race(many, Boundaries(one).step)
    against = race(Boundaries(one).step, Plain(one).step)
    ratios = [[a / b for a, b in pairs] for pairs in (sixteen, against)]
    ours, theirs = (median(column) for column in zip(*against, strict=True))
    return [
        Row("16 networks at once, time of an update", median(ratios[0]), "× one", 1.3,
            beside="16 one after the other: 16 ×", detail=spread(ratios[0])),
        Row("update of Boundaries against torch.nn + torch.optim", median(ratios[1]), "×", 1.0,
            beside=f"torch.nn {theirs:.3f} ms, ours {ours:.3f} ms", detail=spread(ratios[1])),
    ]  # fmt: skip
