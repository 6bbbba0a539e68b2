"""Contributions: complete for every target, equal for equal atoms, and the integral is right."""

import numpy as np
import pytest
import torch
from rdkit import Chem

from core.molecules import from_rdkit, from_smiles
from core.molecules.names import NAMES
from core.qm9.data import graphs
from core.qm9.data.targets import KEYS
from core.qm9.networks import conformal, package
from core.qm9.prediction import predict
from core.qm9.prediction.contributions import (
    alike,
    contributions,
    gelu_slope,
    mean_slope,
    network_parts,
    shared_alike,
)

SOME = ("O=Cc1ccccc1", "[NH3+]CC(=O)[O-]", "CC(C)=O")
RELATIVE = 2e-6  # of the largest part: the networks compute in single precision


@pytest.fixture(scope="module")
def best():
    return package.load("best")


def predicted(molecule, model):
    """What the networks say; what is shown is that, but for what can't be below 0."""
    (said,) = predict.predict([molecule], model)
    raw = model.predictor.predict(graphs.from_molecules([molecule]))[0]
    shown = [p.value for p in said.properties.values()]
    np.testing.assert_array_equal(shown, conformal.possible(raw))
    return raw


@pytest.mark.parametrize("smiles", [*NAMES.values(), "[NH3+]CC(=O)[O-]", "C1CCCCCCCCCCC1", "CC.O"])
def test_constant_and_atoms_add_up_to_the_prediction(best, smiles):
    molecule = from_smiles(smiles)
    found = contributions(molecule, best)
    assert found.atoms.shape == (len(molecule), 19)
    scale = np.abs(found.atoms).max(0) + np.abs(found.constant) + 1
    assert (np.abs(found.total - predicted(molecule, best)) < RELATIVE * scale).all()


@pytest.mark.parametrize("smiles", ["CC", "c1ccccc1", "CC(C)(C)C", "N#CC#N", "C1C2CC1C2", *SOME])
def test_equivalent_atoms_are_given_equal_parts_to_the_last_bit(best, smiles):
    """Equivalent by RDKit's ranking, which knows nothing of the network; others stay apart."""
    ranks = Chem.CanonicalRankAtoms(Chem.MolFromSmiles(smiles), breakTies=False)
    atoms = contributions(from_smiles(smiles), best).atoms
    for i, row in enumerate(atoms):
        for j, other in enumerate(atoms):
            assert (row == other).all() == (ranks[i] == ranks[j]), (i, j)


def test_alike_is_no_more_than_the_networks_see(best):
    """What is averaged differs by rounding only, so nothing is smoothed over."""
    graph = graphs.from_molecules([from_smiles("Cc1cc(C)cc(C)c1")])
    classes, (_, parts) = alike(graph), network_parts(best.predictor.members[0], graph)
    assert len(set(classes.tolist())) == 3
    np.testing.assert_allclose(shared_alike(parts, classes), parts, rtol=1e-4, atol=1e-4)


def test_the_order_of_the_atoms_does_not_matter(best):
    mol = Chem.MolFromSmiles("O=Cc1ccccc1")
    order = np.random.default_rng(0).permutation(mol.GetNumAtoms())
    shuffled = Chem.RenumberAtoms(mol, [int(k) for k in order])
    a, b = contributions(from_rdkit(mol), best), contributions(from_rdkit(shuffled), best)
    np.testing.assert_allclose(a.constant, b.constant, rtol=1e-6)
    np.testing.assert_allclose(a.atoms[order], b.atoms, rtol=1e-3, atol=1e-4)


def test_the_integral_is_that_of_torchs_own_gradients(best):
    """Integrated gradients of the readout on the straight path, by autograd and 400 midpoints."""
    member = best.predictor.members[0]
    graph = graphs.from_molecules([from_smiles("NCC(=O)O")])
    with torch.no_grad():
        h = member.encode(graph)
    constant, parts = network_parts(member, graph)
    value = member.value(h).unflatten(-1, (member.heads, -1))
    alpha = torch.softmax(member.focus(h), 1)
    moments = member.moments(h, member.geometry(h, graph.pairs).distance, graph.pairs)
    pooled = torch.cat([(alpha[..., None] * value).flatten(2), h / 3, moments], -1)[0].detach()
    total = pooled.sum(0)
    slope = torch.zeros(14, len(total))
    for t in (np.arange(400) + 0.5) / 400:
        at = (float(t) * total).requires_grad_()
        slope += torch.autograd.functional.jacobian(member.readout, at) / 400
    expected = pooled @ slope.T + member.atom(h)[0]  # (n, 14)
    np.testing.assert_allclose(parts, expected.detach().numpy(), rtol=1e-3, atol=1e-4)
    at_zero = member.readout(torch.zeros_like(total)).detach().numpy()
    np.testing.assert_allclose(constant, at_zero, rtol=1e-5, atol=1e-6)


def test_the_slope_of_gelu_is_torchs():
    x = torch.linspace(-6, 6, 101, dtype=torch.float64, requires_grad=True)
    torch.nn.functional.gelu(x).sum().backward()
    np.testing.assert_allclose(gelu_slope(x.detach()), x.grad, atol=1e-12)


def test_energies_of_single_atoms_belong_to_their_atoms(best):
    """U0 of each atom minus its share of the atomization energy is its tabulated energy."""
    found = contributions(from_smiles("CO"), best).atoms
    own = found[:, KEYS.index("u0")] - found[:, KEYS.index("u0_atom")]
    hartree = 27.211386246  # U0 of C, O and H in Hartree: figshare 3195395, atomref.txt
    expected = [-37.846772 - 3 * 0.500273, -75.064579 - 0.500273]
    np.testing.assert_allclose(own, np.array(expected) * hartree, rtol=1e-9)


def test_other_architectures_are_refused_by_name():
    with pytest.raises(ValueError, match="gcn has no per-atom readout"):
        contributions(from_smiles("CO"), package.load("gcn"))


def test_mean_slope_is_the_integral_also_on_long_and_very_short_ways():
    t, weight = np.polynomial.legendre.leggauss(400)
    start = torch.tensor([-3.0, -0.5, 0.3, 2.0], dtype=torch.float64)[:, None]
    way = torch.tensor([0.0, 1e-9, 9e-5, 1.1e-4, -0.7, 40.0, -90.0], dtype=torch.float64)
    path = start[..., None] + way[:, None] * torch.from_numpy((t + 1) / 2)
    expected = (gelu_slope(path) * torch.from_numpy(weight / 2)).sum(-1)
    np.testing.assert_allclose(mean_slope(start, way), expected, atol=1e-10)
