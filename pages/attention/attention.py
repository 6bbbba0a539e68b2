"""Attention: a small transformer learns to look at the right place, while one watches."""

from core.experiments.attention import ABOUT, figures
from core.experiments.attention.measures import on_the_right_place, previous_token, without_each
from core.experiments.attention.pictures import Attention
from core.experiments.attention.tasks import TASKS
from core.models.sequence_transformer import Block, Heads, SequenceTransformer, attention, rotate
from pages.ui.bench import begins_by_itself, workbench
from pages.ui.lesson import open_page, show_code, try_this

page = open_page(ABOUT, Attention, TASKS)
begins_by_itself(page)
workbench(page, figures)
try_this(page)
show_code(page, attention, rotate, Heads, Block, SequenceTransformer, on_the_right_place,
          previous_token, without_each, Attention)  # fmt: skip
