"""Commands of a bash script as values: their words, where they write to, what is inside them."""

from collections.abc import Iterator

from msgspec import Struct


class Word(Struct, frozen=True, kw_only=True):
    """A word of a command: unquoted where it is `literal`, else as the script has it.

    Not `literal` is what bash expands: variables, substitutions and, unquoted, file patterns.
    """

    text: str
    start: int
    source: str = ""
    literal: bool = True

    @property
    def quoted(self) -> bool:
        """Tell whether the word, or a piece of it, stands in quotes."""
        return "'" in self.source or '"' in self.source


class Redirection(Struct, frozen=True, kw_only=True):
    """Where a command reads from or writes to; a here-document's text is its target."""

    operator: str
    target: Word
    descriptor: str = ""

    @property
    def writes(self) -> bool:
        """Tell whether a file is written."""
        into_file = self.operator in {">", ">>", "&>", "&>>", ">|"}
        return into_file and not self.target.text.startswith("/dev/")


class Call(Struct, frozen=True, kw_only=True):
    """One command. `kind` is command, test, declaration, assignment or the compound's own.

    `words` are all of its words; `program` is what it comes down to (`uv run pytest -q` is
    pytest) and `arguments` the words after that. `sets` are the variables that it sets, with what
    it sets them to. `inside` are the lists of commands within it: substitutions, or the body of a
    compound command.
    """

    kind: str
    start: int
    end: int
    words: tuple[Word, ...] = ()
    program: str = ""
    arguments: tuple[Word, ...] = ()
    redirections: tuple[Redirection, ...] = ()
    sets: tuple[tuple[str, Word], ...] = ()
    inside: tuple["Commands", ...] = ()

    def has(self, *options: str) -> bool:
        """Tell whether one of the options stands among the arguments, also as `--option=value`."""
        wanted = frozenset(options)
        return any(word.text.partition("=")[0] in wanted for word in self.arguments)

    def flags(self, letters: str) -> bool:
        """Tell whether one of the one-letter options is given, also as in `-rf`."""
        return any(
            word.text[:1] == "-"
            and word.text[:2] != "--"
            and not set(letters).isdisjoint(word.text)
            for word in self.arguments
        )

    def named(self) -> tuple[Word, ...]:
        """Return the arguments that are no options."""
        return tuple(word for word in self.arguments if not word.text.startswith("-"))


class Step(Struct, frozen=True, kw_only=True):
    """Commands joined by pipes; `joined` is what stands before them: `&&`, `||`, `;` or nothing."""

    calls: tuple[Call, ...]
    joined: str = ""
    negated: bool = False
    background: bool = False

    @property
    def start(self) -> int:
        """Return where its first command begins."""
        return self.calls[0].start

    @property
    def end(self) -> int:
        """Return where its last command ends."""
        return self.calls[-1].end


class Commands(Struct, frozen=True, kw_only=True):
    """A list of commands: of the whole script, of a substitution, or of a compound command."""

    kind: str
    steps: tuple[Step, ...]


def every(commands: Commands) -> Iterator[tuple[Commands, Step, Call]]:
    """Return every command with the list and the step that it stands in, outer before inner."""
    for step in commands.steps:
        for call in step.calls:
            yield commands, step, call
            for inner in call.inside:
                yield from every(inner)
