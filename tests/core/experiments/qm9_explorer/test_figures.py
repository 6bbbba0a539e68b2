"""Pictures of the explorer against pandas and NumPy, and its tables against core.molecules."""

import base64
import json

import numpy as np
import pandas as pd
import pytest
from rdkit import Chem

from core.experiments.message_passing.scene import scene_of
from core.experiments.message_passing.settings import MessagePassingSettings
from core.experiments.qm9_explorer import figures as qm9_cloud
from core.experiments.qm9_explorer import figures_molecule as qm9_molecule
from core.experiments.qm9_explorer import figures_space as qm9_space
from core.experiments.qm9_explorer import figures_targets as qm9_targets
from core.experiments.qm9_explorer import space
from core.experiments.qm9_explorer.filters import matches
from core.experiments.qm9_explorer.settings import PROPERTIES, ExplorerSettings
from core.molecules import BOND_NAMES, from_smiles
from core.molecules.depict import depiction
from core.qm9.data.targets import KEYS, TARGETS
from core.qm9.prediction import card
from core.qm9.prediction.census import census

FIGURE_14C = ["H", "C", "N", "O", "F", "Z", "sp", "sp2", "sp3", "aromatic", "nH"]
BENZONITRILE = "N#Cc1ccccc1"


@pytest.fixture(scope="module")
def counted():
    return census()


@pytest.fixture(scope="module")
def frame(counted):
    """The whole of QM9 as pandas sees it."""
    return pd.DataFrame(counted.library.y, columns=list(KEYS))


@pytest.fixture
def everything(counted):
    return matches(counted, ExplorerSettings())


def decoded(text, dtype):
    return np.frombuffer(base64.b64decode(text), dtype)


def test_points_are_rows_of_the_table(counted, frame):
    settings = ExplorerSettings(x="mu", y="homo", color="cv", present=("F",))
    mask = matches(counted, settings)
    points = qm9_cloud.two_targets(counted, settings, mask)["points"]
    rows = decoded(points["row"], "<i4")
    assert mask[rows].all() and len(set(rows.tolist())) == points["n"] == mask.sum() == 1923
    for name, key in (("x", "mu"), ("y", "homo"), ("color", "cv")):
        np.testing.assert_allclose(decoded(points[name], "<f4"), frame[key][rows], rtol=1e-6)


def test_the_density_counts_every_molecule_once(counted, everything, frame):
    settings = ExplorerSettings(x="alpha", y="gap", outliers=True)
    x, y = frame["alpha"].to_numpy(), frame["gap"].to_numpy()
    ranges = [qm9_cloud.extent(key, frame[key].to_numpy()) for key in ("alpha", "gap")]
    ours = qm9_cloud.histogram(x, y, *ranges)
    theirs, *_ = np.histogram2d(x, y, qm9_cloud.BINS, ranges)
    assert ours.sum() == len(frame) == theirs.sum()
    # A molecule on the edge of two cells may fall on either side of it.
    assert np.abs(ours - theirs.T).sum() <= 4
    data = qm9_cloud.two_targets(counted, settings, everything)
    cells = decoded(data["density"]["z"], np.uint8).reshape(ours.shape)
    assert ((cells > 0) == (ours > 0)).all() and cells.max() == 255
    assert data["density"]["most"] == ours.max() and data["outside"] == 0


def test_a_message_is_small_and_json(counted, everything):
    for settings in (ExplorerSettings(), ExplorerSettings(x="a", y="b", color="a")):
        text = json.dumps(qm9_cloud.two_targets(counted, settings, everything))
        assert len(text) < 200_000 and "NaN" not in text


def test_outliers_lie_outside_the_axes_unless_asked_for(counted, everything, frame):
    narrow = qm9_cloud.two_targets(counted, ExplorerSettings(), everything)
    assert 0 < narrow["outside"] < 0.005 * len(frame)
    low, high = qm9_cloud.extent("a", frame["a"].to_numpy())
    assert 10**low < frame["a"][frame["a"] > 0].min() and 10**high > 619_867
    assert qm9_cloud.shown("a", frame["a"].to_numpy()).sum() == len(frame) - 9


@pytest.mark.parametrize("color", [*PROPERTIES, *KEYS])
def test_every_color_has_a_legend(counted, color):
    palette = qm9_cloud.palette(counted, color)
    values = counted.values(color)
    assert palette["label"] == qm9_cloud.label(color)
    if palette["kind"] == "category":
        assert set(np.unique(values)) == set(range(len(palette["names"])))
    else:
        assert palette["low"] < palette["high"]
        assert ((values >= palette["low"]) & (values <= palette["high"])).mean() > 0.97


def test_the_nearest_molecule_to_a_molecule_is_itself(counted):
    settings = ExplorerSettings(x="mu", y="b", present=("F",))
    mask = matches(counted, settings)
    for row in np.flatnonzero(mask)[::300]:
        x, y = counted.values("mu")[row], counted.values("b")[row]
        found = qm9_cloud.nearest(counted, settings, mask, x, y)
        assert (counted.values("mu")[found], counted.values("b")[found]) == (x, y) and mask[found]
    assert qm9_cloud.nearest(counted, settings, ~mask & mask, 1, 1) is None
    assert qm9_cloud.nearest(counted, settings, mask, 1, -1) is None


def test_the_map_grays_what_does_not_pass(counted):
    settings = ExplorerSettings(view="space", aromatic="yes")
    mask = matches(counted, settings)
    found = space.pca("mlp", 0)
    data = qm9_cloud.chemical_space(counted, settings, mask, found.xy, found.ratio)
    rows = decoded(data["points"]["row"], "<i4")
    assert (decoded(data["points"]["muted"], np.uint8) == ~mask[rows]).all()
    title = data["figure"]["layout"]["xaxis"]["title"]["text"]
    assert title == f"PCA 1: {found.ratio[0]:.0%} of the variance"


# --- distributions --------------------------------------------------------------------------------


@pytest.mark.parametrize("key", KEYS)
def test_a_histogram_holds_everyone_who_has_a_place(counted, everything, frame, key):
    counts, edges = qm9_targets.histogram(key, frame[key].to_numpy(), everything)
    assert counts.sum() == (frame[key] > 0).sum() if key in "abc" else counts.sum() == len(frame)
    assert (np.diff(edges) > 0).all()


def test_shares_of_both_groups_add_up(counted):
    mask = matches(counted, ExplorerSettings(present=("F",)))
    figure = qm9_targets.distribution(counted, "gap", mask, 0)
    bars = [trace for trace in figure.data if trace.type == "bar"]
    assert [round(float(np.sum(bar.y)), 6) for bar in bars] == [100, 100]
    assert int(np.sum(bars[1].customdata)) == mask.sum()
    assert "eV" in figure.layout.xaxis.title.text


def test_the_summary_is_pandas(counted, frame):
    mask = matches(counted, ExplorerSettings(aromatic="yes", sizes=("9",)))
    table, expected = qm9_targets.summary(counted, mask), frame[mask]
    np.testing.assert_allclose(table["smallest"], expected.min())
    np.testing.assert_allclose(table["median"], expected.median())
    np.testing.assert_allclose(table["largest"], expected.max())
    assert table["unit"].tolist() == [t.unit for t in TARGETS]


def test_words_say_the_logarithm_and_who_is_left_out(counted, everything):
    text = qm9_targets.sentence(counted, "a", everything)
    for part in ("Logarithmic", "9 linear molecules", "2 values above 1,000 GHz", "3.0901 GHz"):
        assert part in text
    assert "Logarithmic" not in qm9_targets.sentence(counted, "gap", everything)
    assert qm9_targets.sentence(counted, "gap", ~everything) == ""
    assert qm9_targets.summary(counted, ~everything)["median"].isna().all()


# --- one molecule ---------------------------------------------------------------------------------


def test_the_node_table_is_the_chapters():
    molecule = from_smiles(BENZONITRILE)
    table = qm9_molecule.node_table(molecule)
    assert table.columns.tolist() == FIGURE_14C
    assert (table.to_numpy() == molecule.x).all()
    assert table.iloc[0].tolist() == [0, 0, 1, 0, 0, 7, 1, 0, 0, 0, 0]  # nitrogen of the nitrile
    assert table.iloc[3].tolist() == [0, 1, 0, 0, 0, 6, 0, 1, 0, 1, 1]  # aromatic CH
    assert table.index[0] == "N1"  # as the message-passing page calls it


def test_one_atom_has_one_name_on_paper_in_space_and_on_the_message_passing_page():
    thymine = "Cc1c[nH]c(=O)[nH]c1=O"
    names = qm9_molecule.node_table(from_smiles(thymine)).index.tolist()
    assert names == scene_of(MessagePassingSettings(smiles=thymine)).labels
    mol = Chem.AddHs(Chem.MolFromSmiles(thymine))
    said = qm9_molecule.named_in_space(mol)
    assert said[: len(names)] == names and said[len(names)] == "H on C1"
    svg = depiction("C" * 10, indices=True)  # 1 to 10: eleven digits
    assert svg.count("class='note'") == 11


def test_the_edge_table_has_both_directions():
    molecule = from_smiles(BENZONITRILE)
    table = qm9_molecule.edge_table(molecule)
    assert table.columns.tolist() == ["i", "j", *BOND_NAMES]
    assert len(table) == 2 * len(molecule.bonds) == 16
    assert (table[list(BOND_NAMES)].sum(1) == 1).all()
    for _, edge in table.iterrows():
        features = molecule.e[edge["i"] - 1, edge["j"] - 1]
        assert edge[list(BOND_NAMES)].tolist() == features.tolist()
    pairs = set(zip(table["i"], table["j"], strict=True))
    assert pairs == {(j, i) for i, j in pairs}
    assert len(qm9_molecule.edge_table(from_smiles("C"))) == 0


def test_the_target_table_has_19_rows_with_units(counted, frame):
    row = counted.find("thymine")
    table = qm9_molecule.target_table(counted, row)
    values = [float(text.replace("−", "-").replace(",", "")) for text in table["value"]]
    near = [5e-4 if abs(v) < 1000 else 0.05 for v in values]
    assert (abs(frame.iloc[row] - values) <= np.array(near) + 1e-9).all() and len(table) == 19
    assert table.loc["u0", "value"] == "−12,355.5" and table.loc["homo", "value"] == "−6.536"
    assert table["percentile"].between(0, 100).all() and table["meaning"].all()


@pytest.mark.parametrize("name", ["thymine", "methane", "cubane", "hydrogen cyanide", "C"])
def test_pictures_of_a_molecule(counted, name):
    row = counted.find(name)
    data = counted.library.data
    molecule = data.molecule(row)
    nodes = qm9_molecule.graph(data.smiles[row], molecule, 0).data[-1]
    assert len(nodes.x) == len(molecule) and nodes.marker.line.width[0] > 0
    numbers, xyz, bonds, names, _ = card.solid(row)
    figure = qm9_space.geometry(numbers, xyz, bonds, names)
    assert figure.layout.scene.aspectmode == "data"
    np.testing.assert_array_equal(np.stack([figure.data[-1][a] for a in "xyz"], 1), xyz)
    assert len(card.card(row)["lines"]) == 4 and len(figure.to_json()) < 400_000


def test_balls_are_round_and_look_outwards():
    points, faces = qm9_space.ball()
    np.testing.assert_allclose(np.linalg.norm(points, axis=1), 1)
    a, b, c = points[faces.T]
    assert ((np.cross(b - a, c - a) * a).sum(1) > 0).all()
    ends = np.zeros(3), np.array([0.0, 0.0, 2.0])
    points, faces = qm9_space.stick(*ends)
    np.testing.assert_allclose(np.linalg.norm(points[:, :2], axis=1), qm9_space.STICK)
    assert faces.max() == len(points) - 1


def test_a_row_that_is_not_there_is_refused():
    with pytest.raises(IndexError, match="rows run from 0"):
        card.card(130_831)
