"""Each test that expects an error, and that `factories` rewrote, fails without its violation."""

import importlib.util
import shutil
from pathlib import Path

import pytest
from changing.suites.trying import NEEDS, SUITES, names
from changing.test_codemod_factories_raises import FUNCTIONS_BEFORE, UNITTEST_BEFORE, hospital
from gsd_run.changing.codemods.testing import write

TOOL = Path(__file__).parents[2] / "benchmarks/raises_mutations.py"


@pytest.fixture(scope="module")
def mutations():
    spec = importlib.util.spec_from_file_location("raises_mutations", TOOL)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def lived(outcomes) -> list[tuple[str, str]]:
    return [(one.mutant.test, one.said) for one in outcomes if not one.killed]


def test_functions_and_classes(tmp_path, shop, mutations):
    files = {
        **hospital(shop, FUNCTIONS_BEFORE),
        "tests/test_classes.py": UNITTEST_BEFORE,
    }
    for path, text in files.items():
        write(tmp_path, path, text)
    outcomes = mutations.of_project(tmp_path, ["tests"])
    assert lived(outcomes) == []
    assert [(one.mutant.test.rpartition(".")[2], one.mutant.violation) for one in outcomes] == [
        ("test_twice", 'code="w"'),
        ("test_without_title", "title=None"),
        ("test_called", "title=None"),
        (
            "test_caught",
            "insurance_no=patient.insurance_no, ward_code=patient.ward_code, ward=SKIP",
        ),
        ("test_check_among_missing_columns", 'among code="x", beds=0'),
        (
            "test_check_over_two_columns",
            'among insurance_no="7", surname="Roe", bed=1, chart={}, ward=WardFactory(_session=db), admitted_on=9, discharged_on=3; among nothing given',
        ),
        ("test_json_left_out", "chart=SKIP"),
        ("test_helper_around_raises", "insurance_no=first.insurance_no, ward=first.ward"),
        ("test_helper_that_is_told_the_error", "code=ward.code"),
        ("test_in_a_savepoint", 'code="twice"'),
        ("test_no_such_patient", 'among patient_id=99, visitor="Nobody", patient=None'),
        ("test_no_patient", "patient=None, patient_id=None"),
        ("test_check_by_parameter", 'among code="c", title="Check", beds=beds'),
        ("test_pending_parent", "surname=None"),
        (
            "test_the_same_bed",
            'among ward=ward, insurance_no=number, surname="Twin", bed=5, chart={}',
        ),
    ]


@pytest.mark.parametrize("name", names())
def test_suites_of_strangers(tmp_path, mutations, name):
    if name in NEEDS:
        pytest.importorskip(NEEDS[name])
    shutil.copytree(SUITES / name, tmp_path / name)
    outcomes = mutations.of_project(tmp_path / name, ["tests"])
    assert lived(outcomes) == []
    assert outcomes


def test_bundled_plan(tmp_path, mutations):
    outcomes = mutations.of_bundled_plan(tmp_path)
    assert lived(outcomes) == []
    assert [(one.mutant.test.rpartition(".")[2], one.mutant.violation) for one in outcomes] == [
        ("test_agent_unique_id_constraint", "id=agent1.id"),
        ("test_user_email_is_unique", 'email="taken@example.com"'),
        ("test_episode_segment_order_is_unique", "episode=episode, sequence_order=1"),
    ]


def test_a_mutant_that_survives_is_told(tmp_path, shop, mutations):
    test = """
import pytest

from hospital.models import Ward


def test_anything(db):
    db.add(Ward(code="w", title="One"))
    db.commit()
    with pytest.raises(Exception):
        db.add(Ward(code="w", title="Two"))
        db.commit()
        db.no_such_method()
"""
    for path, text in hospital(shop, test).items():
        write(tmp_path, path, text)
    outcomes = mutations.of_project(tmp_path, ["tests"])
    assert (
        mutations.table(outcomes)
        == """\
test
    violation
    mutant
    result
tests/test_hospital.py:10 test_anything
    code="w"
    WardFactory(title="Two", _session=db)
    SURVIVED: passed
0 of 1 mutants make their test fail"""
    )
