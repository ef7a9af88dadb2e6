"""Commands of many ecosystems among words: where each begins and ends, and what only looks so."""

import pytest
from gsd_run.checking.commands.blocks import block_of


@pytest.mark.parametrize(
    ("text", "commands"),
    [
        (
            "make lint passes; curl -s localhost:8080/up returns OK and bin/tool --version prints 2.1",
            ("make lint", "curl -s localhost:8080/up", "bin/tool --version"),
        ),
        (
            "swift build succeeds and `swift run tool --help` prints usage",
            ("swift build", "swift run tool --help"),
        ),
        (
            "cargo miri test, cargo deny check and cargo audit all pass",
            ("cargo miri test", "cargo deny check", "cargo audit"),
        ),
        (
            "deno run -A main.ts serves on :8000. curl localhost:8000 returns Hello.",
            ("deno run -A main.ts", "curl localhost:8000"),
        ),
        ("MIX_ENV=test mix do ecto.create, ecto.migrate",) * 2,
        ("mix do deps.get, compile",) * 2,
        ("zig build test --summary all passes", "zig build test --summary all"),
        ("make -C firmware all succeeds", "make -C firmware all"),
        ("wrangler deploy --dry-run succeeds", "wrangler deploy --dry-run"),
        ("go test ./... -race passes", "go test ./... -race"),
        ("make proto succeeds", "make proto"),
        ("just fmt-check should run without error", "just fmt-check"),
        ("tsc compiles without errors", "tsc"),
        ("hadolint Dockerfile has no errors", "hadolint Dockerfile"),
        ("supabase db reset applies all migrations", "supabase db reset"),
        ("npm run build passes. No errors. The page renders.", "npm run build"),
        ("npm run dev - check that the panel is compact", "npm run dev"),
        ("kubeconform -strict -",) * 2,
        ("psql -f - shop",) * 2,
        ("clj -X:test passes", "clj -X:test"),
        ("packer validate images/base.pkr.hcl",) * 2,
        ("hatch run test:cov",) * 2,
        ("atlas migrate lint --env local",) * 2,
        ("wire ./cmd/api should regenerate without errors", "wire ./cmd/api"),
        ("bazel query 'deps(//app)' lists //lib:core", "bazel query 'deps(//app)'"),
        ("git diff --stat only touches src/ files", "git diff --stat"),
        ("go vet ./... and manual inspection of the page", "go vet ./..."),
        ("grep returns src/notes.txt",) * 2,
        ("- [ ] `swift test` passes\n✓ `swiftlint` is quiet", ("swift test", "swiftlint")),
        (
            "go run ./cmd --help shows usage (it doesn't hang). go vet ./... passes.",
            ("go run ./cmd --help", "go vet ./..."),
        ),
        (
            "npm run lint passes and isn't slow\nnpm test doesn't hang",
            ("npm run lint", "npm test"),
        ),
        (
            "<automated>Invoke-Pester -Path tests/A.Tests.ps1 -Output Detailed</automated>",
            "Invoke-Pester -Path tests/A.Tests.ps1 -Output Detailed",
        ),
        (
            "flutter test --coverage passes and lcov --summary lcov.info reports > 80%",
            ("flutter test --coverage", "lcov --summary lcov.info"),
        ),
        ("npm test > 80.log",) * 2,
        (
            "xcodebuild -scheme App build shows ** BUILD SUCCEEDED **",
            "xcodebuild -scheme App build",
        ),
        ("./gradlew ktlintCheck detekt passes", "./gradlew ktlintCheck detekt"),
        ("composer phpstan passes", "composer phpstan"),
        ("redis-cli ping returns PONG", "redis-cli ping"),
        ("dune build 2>&1 | head prints nothing", "dune build 2>&1 | head"),
        ("node scripts/a.js; echo $? prints 0", "node scripts/a.js; echo $?"),
        ("ssh -T git@example.org greets the user", "ssh -T git@example.org"),
        ("dotnet build A.sln -c Release: 0 Warning(s)", "dotnet build A.sln -c Release"),
        ("deno compile -o tool main.ts produces ./tool", "deno compile -o tool main.ts"),
        ("flake8 src exits cleanly", "flake8 src"),
        ("ls migrations | wc -l increases by one", "ls migrations | wc -l"),
        ("git stash list is empty", "git stash list"),
        ("vale docs/ has zero errors", "vale docs/"),
        ('<automated>echo "look at it"</automated>', 'echo "look at it"'),
        ("```powershell\ndotnet test\n```", "dotnet test"),
        (
            "`shipctl status` shows Ready\n`shipctl stop` (while running) exits",
            ("shipctl status", "shipctl stop"),
        ),
    ],
)
def test_commands_among_words(text: str, commands: str | tuple[str, ...]) -> None:
    wanted = (commands,) if isinstance(commands, str) else commands
    assert block_of(text).texts == wanted


@pytest.mark.parametrize(
    "text",
    [
        "Check file does NOT contain the old rules.md text (see above)",
        "Verify file structure matches src/index.ts",
        "grep confirms no leftover imports; the build passes",
        "just check the output by hand",
        "just works on every machine",
        "make drag-and-drop work",
        "`user avatar` shows initials\n`loading spinner` hides",
        "`struct cart` shows in the list\n`struct user` shows as well",
        "`tool verify ledger`",
        "unit test src/cart.test.ts",
        "cargo crate compiles",
        "Rails server boots; sidekiq processes the job",
        "sort by date works, filter by tag works",
    ],
)
def test_sentences_without_a_command(text: str) -> None:
    assert block_of(text).commands == ()
