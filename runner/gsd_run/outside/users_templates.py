"""Templates that users write, rendered apart: a cloned project's template is a stranger's code.

Each is rendered in a process of its own, in Jinja's sandbox, given plain values and nothing else,
with a bound on time, memory and length. So none of them reads a file, and none goes on for ever.
"""

import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from gsd_run.domain.errors import UsageError
from gsd_run.domain.visible import visible
from gsd_run.outside.processes import ProgramNotFound, run
from gsd_run.outside.templates import FILTERS, SYNTAX

if TYPE_CHECKING:
    import jinja2

SECONDS = 10  # that rendering one template may take; a small one takes a fifth of one
MOST = 512 * 1024  # characters of what is rendered
_MEMORY = 1 << 30  # bytes


def rendered_apart(
    path: str, text: str, values: Mapping[str, Any], seconds: float = SECONDS
) -> str:
    """Return what a user's template makes of plain values; `path` is what messages call it.

    Raises:
        UsageError: the template is off, with the line; or it takes too much time or memory.
    """
    if not text.strip():
        raise UsageError(f"{path}:1: the template is empty")
    asked = json.dumps({"path": path, "text": text, "values": dict(values)})
    try:
        ended = run(
            [sys.executable, "-P", "-m", "gsd_run.outside.users_templates"],
            cwd=Path(__file__).parent,
            env={"PATH": os.defpath, "PYTHONHASHSEED": "0", "PYTHONPATH": _places()},
            timeout=seconds,
            stdin=asked,
        )
    except ProgramNotFound as error:
        raise UsageError(f"{path}: can't be rendered: {error}") from error
    if ended.timed_out:
        raise UsageError(f"{path}: takes longer than {seconds:g} s; does a loop of it never end?")
    if ended.status != 0:
        last = ended.stderr.strip().rpartition("\n")[2] or f"exit {ended.status}"
        raise UsageError(f"{path}: can't be rendered: {last[:300]}")
    answer = json.loads(ended.stdout)
    if "mistake" in answer:
        raise UsageError(str(answer["mistake"]))
    return str(answer["text"])


def _places() -> str:
    """Return where the modules lie: what this process can import, the one apart can, too.

    That may be a place that Python does not look in by itself: a user's own, or PYTHONPATH's.
    """
    return os.pathsep.join(path for path in sys.path if Path(path).is_absolute())


def _main() -> None:
    """Render what standard input asks for; print the text, or the mistake, as JSON."""
    import resource  # noqa: PLC0415 - only the process that renders holds itself back

    asked = json.loads(sys.stdin.buffer.read())
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS + 1))
    try:
        answer = {"text": _rendered(asked["path"], asked["text"], asked["values"])}
    except Exception as error:  # noqa: BLE001 - whatever a stranger's template does is told
        answer = {"mistake": _told(asked["path"], asked["text"], error)}
    sys.stdout.write(json.dumps(answer))


def _rendered(path: str, text: str, values: Mapping[str, Any]) -> str:
    environment = _sandbox(values)
    code = environment.compile(text, name=path, filename=path)
    template = environment.template_class.from_code(environment, code, environment.globals)
    parts, length = [], 0
    for part in template.generate(values):
        parts.append(part)
        length += len(part)
        if length > MOST:
            raise ValueError(f"makes more than {MOST} characters")
    # A template may spell out characters that act on a terminal, or that no file can hold.
    return visible("".join(parts))


def _sandbox(values: Mapping[str, Any]) -> "jinja2.Environment":
    """Return where a stranger's template is rendered: the same values give the same text."""
    from jinja2.sandbox import ImmutableSandboxedEnvironment  # noqa: PLC0415 - 40 ms

    found = ImmutableSandboxedEnvironment(
        undefined=_names_told(values), finalize=_plain_value, **SYNTAX
    )
    found.filters.update(FILTERS)
    del found.filters["random"]
    del found.globals["lipsum"]
    return found


def _names_told(values: Mapping[str, Any]) -> "type[jinja2.Undefined]":
    """Return what stands for a name that does not exist: a mistake that names those that do."""
    from jinja2 import Undefined  # noqa: PLC0415

    class Told(Undefined):
        def _fail(self, *_: object) -> NoReturn:
            self._fail_with_undefined_error()

        @property
        def _undefined_message(self) -> str:
            name, of = self._undefined_name, self._undefined_obj
            if isinstance(of, dict):
                return f"nothing here is named {name}; there are {', '.join(map(str, of))}"
            if isinstance(of, (list, str, int, float)) or of is None:
                what = "none" if of is None else f"a {type(of).__name__}"
                return f"{what} has nothing named {name}"
            return f"nothing is named {name}; there are {', '.join(values)}"

        __str__ = __iter__ = __len__ = __bool__ = __eq__ = __ne__ = __hash__ = _fail

    return Told


def _plain_value(value: object) -> object:
    """Return what is written of a value; of a method that would be where it lies in memory."""
    from jinja2 import TemplateRuntimeError, Undefined  # noqa: PLC0415

    if callable(value) and not isinstance(value, Undefined):
        raise TemplateRuntimeError("a method is no text; call it with ()")
    return value


def _told(path: str, text: str, error: Exception) -> str:
    """Say where in the template something is wrong, and what."""
    import traceback  # noqa: PLC0415 - only for a mistake

    from jinja2 import TemplateError, TemplateSyntaxError  # noqa: PLC0415

    lines = [
        one.lineno for one in traceback.extract_tb(error.__traceback__) if one.filename == path
    ]
    line = error.lineno if isinstance(error, TemplateSyntaxError) else (lines or [None])[-1]
    what = (error.message if isinstance(error, TemplateError) else None) or str(error)
    kind = "" if isinstance(error, (TemplateError, ValueError)) else f"{type(error).__name__}: "
    if "no loader for this" in what:
        kind, what = "", "a template of one's own can't include, import or extend another"
    if isinstance(error, MemoryError):
        kind, what = "", f"needs more than {_MEMORY >> 20} MiB"
    shown = text.splitlines()[line - 1].strip() if line and line <= text.count("\n") + 1 else ""
    return f"{path}:{line or 1}: {kind}{what}" + (f"\n    {shown}" if shown else "")


if __name__ == "__main__":
    _main()
