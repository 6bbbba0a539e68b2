"""What the graph attention page says of masking, and of what attention does not explain."""

from core.experiments.graph_attention.sample import RECORD, RESULT, recorded
from core.experiments.graph_attention.settings import usual_error
from core.qm9.data.targets import TARGET


def masking(settings):
    """Exactly what it means that a neighbor is silent."""
    where = "in all layers" if settings.scope == "all layers" else f"in layer {settings.layer}"
    return (
        "Masked means: u is taken out of N(v) and nothing else is changed. v then hears u no more, "
        "and the softmax (5.14) divides by a smaller sum, so v's other weights grow until they add "
        "up to 1 again; u still hears v. The bars show each layer alone and all layers together; "
        f"the rank correlation masks {where}. In one layer this changes $h'_v$ by "
        r"$\alpha / (1 - \alpha) \cdot (h'_v - \psi(h_u))$: the weight is one factor, how much the "
        "message differs from the others is the second, and what later layers make of it the "
        "third. Only the first is attention."
    )


def limits(key, path=RESULT):
    """The claim, and the numbers that it rests on."""
    found = recorded(path)
    if found is None:
        return f"Not yet measured for this network; `{RECORD}` does it in a minute or two."
    numbers, target = found["properties"][key], TARGET[key]
    *single, every = numbers["rho"]
    agree, error = numbers["agree"], numbers["error"]
    return (
        f"**A large weight does not mean that a neighbor matters.** Over {found['molecules']} "
        f"molecules of QM9's test split, the rank correlation between a bond's weight (mean over "
        f"heads) and how far the predicted {target.symbol} moves when it is masked is "
        f"{_range(single)} within a single layer, and {_number(every)} when it is masked in all "
        f"layers; the number of neighbors alone, 1 / |N(v)|, gives {_range(numbers['rho_even'])}. "
        f"At an atom with several bonds, the neighbor with the largest weight is the one that "
        f"matters most in {min(agree):.0%} to {max(agree):.0%} of the cases, where guessing gives "
        f"{numbers['chance']:.0%}. So weights hint at what matters, and often mislead.\n\n"
        "Why: every atom also keeps its own state on a way around the layer; what is not heard "
        "in one layer may come by another route in the next; a heavy weight on a message that says "
        "nothing new changes nothing; and four heads that disagree hide behind one mean.\n\n"
        f"**The network does rely on its weights.** The mean error of {target.symbol} on these "
        f"molecules is {error['learned']:.3g} {target.unit}; with equal weights in all layers it "
        f"is {error['uniform']:.3g}, with the learned ones shuffled among the same neighbors "
        f"{error['shuffled']:.3g}. But it was trained with them: a graph convolution that never "
        f"had any errs by {usual_error('gcn', key):.3g} on the validation split, where this "
        f"network errs by {usual_error('gat', key):.3g}. Learned attention buys at most "
        "that difference (one training run each), not the larger one.\n\n"
        f"Recorded with `{found['command']}`."
    )


def _number(value):
    return f"{value:.2f}".replace("-", "−")


def _range(values):
    return f"{_number(min(values))} to {_number(max(values))}"
