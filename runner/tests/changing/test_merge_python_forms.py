"""`merge` of Python where a name is bound in an uncommon form: before, block, after."""

from textwrap import dedent

import pytest
from gsd_run.changing.failure import StepFailure
from gsd_run.changing.python_merge import merge_python


def text(block: str) -> str:
    return dedent(block).lstrip("\n")


FORMS = {
    "a tuple": ("a, b = 1, 2\n", "a, b = 3, 4\n", "a, b = 3, 4\n"),
    "an annotated name": ("x: int = 1\ny = 2\n", "x = 2\n", "x = 2\ny = 2\n"),
    "a type": ("type X = int\n", "type X = str\n", "type X = str\n"),
    "names that grow": (
        "import os\n\nx = 1\n__all__ = ['a']\n__all__ += ['b']\ny = 2\n",
        "__all__ += ['c']\n",
        "import os\n\nx = 1\n__all__ = ['a']\n__all__ += ['b']\n__all__ += ['c']\ny = 2\n",
    ),
    "a script": (
        """
        def main():
            pass


        if __name__ == "__main__":
            main()
        """,
        """
        def more():
            pass


        if __name__ == "__main__":
            more()
        """,
        """
        def main():
            pass


        def more():
            pass


        if __name__ == "__main__":
            more()
        """,
    ),
    "an import that may fail": (
        """
        import os

        try:
            import fast
        except ImportError:
            fast = None

        x = 1
        """,
        """
        try:
            import fast
        except ImportError:
            fast = False
        """,
        """
        import os

        try:
            import fast
        except ImportError:
            fast = False

        x = 1
        """,
    ),
    "a definition under a condition": (
        """
        if os.name == "nt":
            # Only there.
            def home():
                return 1

            other = 2
        """,
        """
        def home():
            return 3
        """,
        """
        if os.name == "nt":
            # Only there.
            def home():
                return 3

            other = 2
        """,
    ),
    "definitions under the same condition": (
        """
        if TYPE_CHECKING:
            from a import A

            Pair = tuple[A, A]
        """,
        """
        if TYPE_CHECKING:
            from b import B

            Pair = tuple[A, B]
            Triple = tuple[A, B, B]
        """,
        """
        if TYPE_CHECKING:
            from a import A
            from b import B

            Pair = tuple[A, B]
            Triple = tuple[A, B, B]
        """,
    ),
    "the name of a file above it": (
        "def f():\n    return 1\n",
        "# tests/test_a.py\ndef f():\n    return 2\n",
        "def f():\n    return 2\n",
    ),
    "an asynchronous function": (
        "@cached\ndef f(): return 1  # one\n",
        "@cached\nasync def f():\n    return 2\n",
        "@cached\nasync def f():\n    return 2\n",
    ),
    "tabs": (
        "class A:\n\tdef f(self):\n\t\treturn 1\n",
        "class A:\n    def g(self):\n        if 1:\n            return 3\n",
        "class A:\n\tdef f(self):\n\t\treturn 1\n\n\tdef g(self):\n\t\tif 1:\n\t\t\treturn 3\n",
    ),
    "a byte order mark": ("\ufeffx = 1\n", "x = 2\n", "\ufeffx = 2\n"),
}


@pytest.mark.parametrize("form", FORMS)
def test_a_name_is_bound_by(form):
    before, block, wanted = (text(one) for one in FORMS[form])
    after, done = merge_python(before, block)
    assert after == wanted
    assert done != []
    assert merge_python(after, block) == (after, [])


@pytest.mark.parametrize(
    ("before", "block", "said"),
    [
        ("a, b = 1, 2\n", "a = 3\n", "'a, b = 1, 2' of the file defines b together with a"),
        ("a = 1; b = 2\n", "a = 3\n", "defines b together with a"),
        ("a = b = 1\n", "b = 2\n", "defines a together with b"),
        (
            "if x:\n    def f(): ...\nelse:\n    def f(): ...\n",
            "def f():\n    return 1\n",
            "f is defined under a condition, 'if x:', 2 times; give the whole statement",
        ),
        (
            "try:\n    from a import f\nexcept ImportError:\n    def f(): ...\n",
            "def f():\n    return 1\n",
            "f is defined under a condition, 'try:', 2 times",
        ),
        ("x = 1\n", "# existing imports\nx = 2\n", "leaves code out"),
    ],
)
def test_what_can_not_be_told(before, block, said):
    with pytest.raises(StepFailure) as failure:
        merge_python(before, block)
    assert said in str(failure.value)
