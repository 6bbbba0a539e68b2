"""Guided experiments of the graph attention page; each answer is computed from the network."""

from core.experiments import graph_attention_tasks as answers
from pages.ui.lesson import Task

STEPS = 60

TASKS = (
    Task(
        "**The carbonyl carbon of benzaldehyde.** It hears its oxygen, a carbon of the ring, and "
        "itself. Silenced in all layers, which of the three moves the predicted LUMO most?",
        (answers.OXYGEN, answers.CARBON, answers.ITSELF),
        {"smiles": "O=Cc1ccccc1", "target": "lumo"},
        STEPS,
        answers.who_matters,
    ),
    Task(
        "**Weights as an explanation.** Order all bonds of acetamide, both ways, by weight; then "
        "by how far the predicted dipole moment moves without them. How do the two orders compare?",
        (answers.AGREE, answers.LOOSE, answers.OPPOSITE),
        {"smiles": "CC(N)=O", "target": "mu", "layer": 2, "head": "mean"},
        STEPS,
        answers.ranks_agree,
    ),
    Task(
        "**Does it need its attention at all?** Give every neighbor of every atom in benzaldehyde "
        "the same weight, in all layers. How far does the predicted LUMO move?",
        (answers.SMALL, answers.LARGE),
        {"smiles": "O=Cc1ccccc1", "target": "lumo", "path": "all at once"},
        STEPS,
        answers.needs_attention,
    ),
)
