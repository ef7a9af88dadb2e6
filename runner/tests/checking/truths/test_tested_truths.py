"""Truths and the tests that say the same: what they prove, and what they only seem to.

One project answers for many truths, since each measurement starts a test runner.
"""

import pytest
from truth_projects import CART, CART_TESTS, Shop, has

VERIFY = "python -m pytest tests -q"
FILES = "cart.py, tests/test_cart.py"
BASE = {"cart.py": "", "tests/test_cart.py": "def test_it():\n    pass\n"}

SAID = {
    "Cart rejects negative quantities": (
        'PROVEN "test_cart_rejects_negative_quantities" (tests/test_cart.py:6) says the same; by '
        "itself: 1 passed; fails when cart.py is taken away (0 passed, 1 errors; all should pass, "
        "and at least one)"
    ),
    "An order of 20 items gets a discount of 10": (
        'PROVEN "test_bulk" (tests/test_cart.py:11) says the same; by itself: 1 passed; fails when '
        "cart.py is taken away (0 passed, 1 errors; all should pass, and at least one)"
    ),
    "Cart rejects broken quantities": (
        'REFUTED "test_cart_rejects_broken_quantities" (tests/test_cart.py:16) says the same; by '
        "itself: 1 failed: Failed: DID NOT RAISE ValueError"
    ),
    "Cart rejects negative and fractional quantities": (
        "UNPROVEN no test says the same; the nearest is "
        "\"test_cart_rejects_negative_quantities\": it does not say 'fractional'"
    ),
    "Cart accepts negative quantities": (
        "UNPROVEN no test says the same; the nearest is "
        "\"test_cart_rejects_negative_quantities\": it does not say 'accepts'"
    ),
    "Cart does not reject negative quantities": (
        "UNPROVEN no test says the same; the nearest is "
        '"test_cart_rejects_negative_quantities": one of the two denies what the other says'
    ),
    "An order of 30 items gets a discount of 10": (
        "UNPROVEN no test says the same; the nearest is \"test_bulk\": it does not say '30'"
    ),
    "Cart rejects `negative_totals` quantities": (
        "UNPROVEN no test says the same; the nearest is "
        "\"test_cart_rejects_negative_quantities\": it does not say 'totals'"
    ),
    "Cart rejects negative quantities within seconds": (
        'UNPROVEN no program check is known for "Cart rejects negative quantities within seconds"'
    ),
    "User sees the cart reject negative quantities": (
        'UNPROVEN no program check is known for "User sees the cart reject negative quantities"'
    ),
}


def test_what_tests_say_of_truths(shop: Shop) -> None:
    broken = "\ndef test_cart_rejects_broken_quantities():\n    with pytest.raises(ValueError):\n"
    change = {"cart.py": CART, "tests/test_cart.py": f"{CART_TESTS}\n{broken}        add(0.5)\n"}
    told = shop(list(SAID), BASE, change, verify=f"{VERIFY} || true", files=FILES)
    assert list(told.values()) == list(SAID.values())


SNEAKY = {
    "The till rejects negative sums": (
        "    add(1)\n",
        "asserts nothing that could be false",
    ),
    "The shelf rejects negative numbers": (
        "    add(1)\n    assert True\n",
        "asserts nothing that could be false",
    ),
    "The order rejects negative prices": (
        "    quantity = -1\n    assert quantity != 'rejected'\n",
        "uses nothing but what it makes itself",
    ),
    "The basket rejects negative weights": (
        "    assert add is not None  # rejects\n",
        "asserts only that something is there: `assert add is not None`",
    ),
    "The voucher rejects negative values": (
        "    assert add(2) == 2\n",
        "nothing in it looks for a refusal or an error",
    ),
    "The wallet rejects negative payments": (
        "    pytest.skip('later')\n    with pytest.raises(ValueError):\n        add(-1)\n",
        "is skipped: pytest.skip('later')",
    ),
    "The ledger rejects negative entries": (
        "    try:\n        add(2)\n        assert False, 'not rejected'\n    except BaseException:\n"
        "        pass\n",
        "asserts nothing that could be false",
    ),
    "The counter applies vouchers to totals": (
        '    """The counter applies vouchers to totals."""\n    assert add(2) == 2\n',
        "its code deals with too little of it",
    ),
    "The jar returns 7 coins": (
        "    assert add(2) == 2\n",
        "there is no 7 in it",
    ),
}


def test_a_fitting_name_alone_proves_nothing(shop: Shop) -> None:
    tests = ["import pytest\nfrom cart import add\n"]
    for truth, (body, _) in SNEAKY.items():
        tests.append(f"def test_{truth.lower().replace(' ', '_')}():\n{body}")
    tests.append("# def test_the_purse_rejects_negative_change():\n")
    tests.append(
        "@pytest.mark.skip\ndef test_the_bag_rejects_negative_loads():\n    assert add(1)\n"
    )
    change = {"cart.py": CART, "tests/test_cart.py": "\n\n".join(tests)}
    more = ["The purse rejects negative change", "The bag rejects negative loads"]
    told = shop([*SNEAKY, *more], BASE, change, verify=VERIFY, files=FILES)
    for verdict, (_, why) in zip(told.values(), SNEAKY.values(), strict=False):
        assert verdict.startswith("UNPROVEN "), verdict
        assert verdict.endswith(f"says the same, but {why}")
    *_, purse, bag = told.values()
    assert purse.startswith("UNPROVEN no test says the same; the nearest is "), purse
    assert bag.endswith("is skipped: @pytest.mark.skip"), bag


def test_one_that_passes_without_the_work_proves_nothing(shop: Shop) -> None:
    tests = (
        "import json\n\nimport pytest\n\n\ndef test_cart_rejects_negative_quantities():\n"
        "    with pytest.raises(ValueError):\n        json.loads('negative')\n"
    )
    base = {"cart.py": "", "tests/test_cart.py": tests}
    told = shop(
        ["Cart rejects negative quantities"], base, {"cart.py": CART}, verify=VERIFY, files=FILES
    )
    assert told["truth.1"] == (
        'UNPROVEN "test_cart_rejects_negative_quantities" (tests/test_cart.py:6) says the same; by '
        "itself: 1 passed, but its test passed at the base commit, too, so nothing shows that it "
        "can fail; without cart.py it is PROVEN too"
    )


NODE = """\
import test, { describe } from 'node:test';
import assert from 'node:assert';
import { add } from '../cart.mjs';

describe('cart', () => {
  test('rejects negative quantities', () => {
    assert.throws(() => add(-1), /negative/);
  });
  test('rejects fractional quantities', () => {
    assert.equal(add(1), 1);
  });
  test('rejects empty quantities', () => {
    add(1);
  });
});
"""
NODE_CART = "export function add(q) {\n  if (q < 0) throw new Error('negative');\n  return q;\n}\n"


@pytest.mark.skipif(not has("node"), reason="node is not installed")
def test_node_tests_are_run_by_themselves(shop: Shop) -> None:
    told = shop(
        [f"The cart rejects {one} quantities" for one in ("negative", "fractional", "empty")],
        {"README.md": "# Shop\n"},
        {"cart.mjs": NODE_CART, "test/cart.test.mjs": NODE},
        verify="node --test test/cart.test.mjs",
        files="cart.mjs, test/cart.test.mjs",
    )
    assert [one.split(";")[0] for one in told.values()] == [
        'PROVEN "cart > rejects negative quantities" (test/cart.test.mjs:6) says the same',
        'UNPROVEN "cart > rejects fractional quantities" (test/cart.test.mjs:9) says the same, but '
        "nothing in it looks for a refusal or an error",
        'UNPROVEN "cart > rejects empty quantities" (test/cart.test.mjs:12) says the same, but '
        "asserts nothing that could be false",
    ]
