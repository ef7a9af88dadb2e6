"""Truths and the tests that say the same: what they prove, and what they only seem to."""

import pytest
from truth_projects import CART, CART_TESTS, Shop, has

VERIFY = "python -m pytest tests -q"
FILES = "cart.py, tests/test_cart.py"


def judged(shop: Shop, truth: str, tests: str, *, base_tests: str = "", cart: str = CART) -> str:
    """Return the verdict on a truth of a Python project after its work."""
    before = {"cart.py": "", "tests/test_cart.py": base_tests or "def test_it():\n    pass\n"}
    after = {"cart.py": cart, "tests/test_cart.py": tests}
    return shop([truth], before, after, verify=VERIFY, files=FILES)["truth.1"]


def test_a_test_that_says_the_same_and_can_fail_proves_a_truth(shop: Shop) -> None:
    assert judged(shop, "Cart rejects negative quantities", CART_TESTS) == (
        'PROVEN "test_cart_rejects_negative_quantities" (tests/test_cart.py:6) says the same; by '
        "itself: 1 passed; fails when cart.py is taken away (0 passed, 1 errors; all should pass, "
        "and at least one)"
    )


def test_a_docstring_says_it_as_well(shop: Shop) -> None:
    told = judged(shop, "An order of 20 items gets a discount of 10", CART_TESTS)
    assert told.startswith('PROVEN "test_bulk" (tests/test_cart.py:11) says the same'), told


def test_a_test_that_fails_refutes(shop: Shop) -> None:
    told = judged(shop, "Cart rejects negative quantities", CART_TESTS, cart="def add(q): return q")
    assert told.startswith("REFUTED "), told
    assert "1 failed" in told


@pytest.mark.parametrize(
    ("truth", "why"),
    [
        ("Cart rejects negative and fractional quantities", "it does not say 'fractional'"),
        ("Cart accepts negative quantities", "it does not say 'accepts'"),
        ("Cart never rejects negative quantities", "a single test does not measure"),
        ("Cart does not reject negative quantities", "one of the two denies"),
        ("Cart rejects negative quantities within seconds", "a single test does not measure"),
        ("User sees the cart reject negative quantities", "what a person does or gets"),
        ("An order of 30 items gets a discount of 10", "it does not say '30'"),
        ("Cart rejects `negative_totals` quantities", "it does not say 'totals'"),
    ],
)
def test_a_test_that_says_something_else_proves_nothing(shop: Shop, truth: str, why: str) -> None:
    told = judged(shop, truth, CART_TESTS)
    assert told.startswith("UNPROVEN "), told
    assert why in told


SNEAKY = {
    "asserts nothing": "    add(1)\n",
    "asserts what is always true": "    add(1)\n    assert True\n",
    "looks at nothing of the project": "    quantity = -1\n    assert quantity != 'rejected'\n",
    "looks only whether it is there": "    assert add is not None  # rejects\n",
    "looks for no refusal": "    assert add(2) == 2\n",
    "skips itself": "    pytest.skip('later')\n    with pytest.raises(ValueError):\n        add(-1)\n",
    "swallows the failure": (
        "    try:\n        add(2)\n        assert False, 'not rejected'\n    except BaseException:\n"
        "        pass\n"
    ),
}


@pytest.mark.parametrize("body", SNEAKY.values(), ids=SNEAKY)
def test_a_fitting_name_alone_proves_nothing(shop: Shop, body: str) -> None:
    head = "import pytest\nfrom cart import add\n\n\n"
    tests = f"{head}def test_cart_rejects_negative_quantities():\n{body}"
    told = judged(shop, "Cart rejects negative quantities", tests)
    assert not told.startswith("PROVEN"), told


def test_a_skipped_test_proves_nothing(shop: Shop) -> None:
    tests = CART_TESTS.replace("def test_cart", "@pytest.mark.skip\ndef test_cart")
    told = judged(shop, "Cart rejects negative quantities", tests)
    assert told.startswith("UNPROVEN "), told


def test_one_that_passes_without_the_work_proves_nothing(shop: Shop) -> None:
    tests = (
        "import pytest\n\n\ndef test_cart_rejects_negative_quantities():\n"
        "    with pytest.raises(ValueError):\n        int('-')\n\n\n"
        "def test_beside(tmp_path):\n    assert tmp_path.name\n"
    ).replace("quantities():", "quantities(tmp_path):")
    told = judged(shop, "Cart rejects negative quantities", tests, base_tests=tests)
    assert told.startswith("UNPROVEN "), told
    assert "its test passed at the base commit, too, so nothing shows that it can fail" in told
    assert "without cart.py it is PROVEN too" in told


def test_a_name_in_a_comment_is_no_test(shop: Shop) -> None:
    tests = "# def test_cart_rejects_negative_quantities\ndef test_it():\n    assert 'a' != 'b'\n"
    told = judged(shop, "Cart rejects negative quantities", tests)
    assert told == "UNPROVEN no test says the same"


NODE = """\
import test, {{ describe }} from 'node:test';
import assert from 'node:assert';
import {{ add }} from '../cart.mjs';

describe('cart', () => {{
  test('rejects negative quantities', () => {{
    {body}
  }});
  test('adds a quantity', () => {{
    assert.equal(add(2), 2);
  }});
}});
"""
NODE_CART = "export function add(q) {\n  if (q < 0) throw new Error('negative');\n  return q;\n}\n"


@pytest.mark.skipif(not has("node"), reason="node is not installed")
@pytest.mark.parametrize(
    ("body", "state"),
    [
        ("assert.throws(() => add(-1), /negative/);", "PROVEN "),
        ("add(1);", "UNPROVEN "),
        ("assert.equal(add(1), 1);", "UNPROVEN "),
    ],
)
def test_node_tests_are_run_by_themselves(shop: Shop, body: str, state: str) -> None:
    told = shop(
        ["The cart rejects negative quantities"],
        {"README.md": "# Shop\n"},
        {"cart.mjs": NODE_CART, "test/cart.test.mjs": NODE.format(body=body)},
        verify="node --test test/cart.test.mjs",
        files="cart.mjs, test/cart.test.mjs",
    )["truth.1"]
    assert told.startswith(state), told
