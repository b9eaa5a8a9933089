"""The seeded bugs stay bugs: a patch that does not apply any more must not go unnoticed."""

import pytest

from harness import mutation


def test_there_is_a_patch_for_each_mutant_and_none_besides():
    patches = {path.stem for path in mutation.PATCHES.glob("*.patch")}

    assert patches == {mutant.name for mutant in mutation.MUTANTS}
    assert len(mutation.MUTANTS) == 10


@pytest.fixture(scope="module")
def checkout():
    with mutation.copy_of_the_checkout() as place:
        yield place


@pytest.mark.parametrize("mutant", mutation.MUTANTS, ids=lambda mutant: mutant.name)
def test_every_patch_applies_to_the_code_as_it_is(mutant, checkout):
    patch = mutation.PATCHES / f"{mutant.name}.patch"
    changed = [line[6:] for line in patch.read_text().splitlines() if line.startswith("+++ b/")]
    before = {name: (checkout / name).read_bytes() for name in changed}

    mutation.apply(checkout, mutant)
    after = {name: (checkout / name).read_bytes() for name in changed}
    for name, content in before.items():
        (checkout / name).write_bytes(content)

    assert all(after[name] != before[name] for name in changed)


def test_a_patch_that_does_not_apply_says_so(tmp_path):
    with pytest.raises(mutation.DoesNotApply, match="early_ack"):
        mutation.apply(tmp_path, mutation.MUTANTS[2])
