"""Which runner a command calls: by its words, through what starts it, and through scripts."""

import json
from pathlib import Path

import pytest
from gsd_run.checking.test_results import called
from gsd_run.outside.shell import split


def runners(command: str, folder: Path | None = None) -> str:
    """Return the runners that the last command of a line calls, and what is said of them."""
    member = (split(command) or ())[-1].members[0]
    found = called(member, folder)
    return " ".join(found.runners) if found else ""


BY_WORDS = {
    "pytest": [
        "pytest -q tests", "python -m pytest", "uv run pytest", "poetry run pytest -x",
        "python3 -m coverage run -m pytest", "coverage run --source=app -m pytest -q",
        "timeout 60 uv run python -m pytest", "DATABASE_URL=x pytest",
    ],
    "unittest": [
        "python -m unittest discover", "python manage.py test app", "uv run manage.py test",
        "python3 ./manage.py test --keepdb", "django-admin test", "coverage run manage.py test",
    ],
    "jest": [
        "npx jest", "jest --ci", "pnpm jest src", "yarn jest", "npm exec jest -- --ci",
        "pnpm exec jest", "npx react-scripts test", "node node_modules/.bin/jest",
        "node --experimental-vm-modules node_modules/jest/bin/jest.js", "cross-env A=b jest",
        "npx cross-env CI=1 NODE_ENV=test jest --runInBand", "yarn run jest",
    ],
    "vitest": [
        "npx vitest run", "npx vitest --run", "pnpm vitest", "npx -y vitest run",
        "pnpm --filter web vitest run", "pnpm -C packages/a exec vitest run", "bunx vitest run",
        "bun x vitest", "yarn workspace web vitest run", "bun run vitest", "pnpm dlx vitest run",
        "pnpm --filter @a/b exec vitest run src/x.test.ts", "dotenv -e .env.test -- vitest run",
    ],
    "mocha": ["npx mocha", "c8 mocha", "nyc --reporter=lcov mocha test", "npx nyc -r text mocha"],
    "ava": ["npx ava"],
    "tap": ["npx tap"],
    "playwright": ["npx playwright test", "pnpm playwright test e2e"],
    "node:test": ["node --test", "node --import tsx --test src/*.test.ts", "c8 node --test",
                  "tsx --test a.ts"],
    "bun test": ["bun test", "bun test src/a.test.ts"],
    "deno test": ["deno test -A"],
    "go test": ["go test ./...", "go test -v -run TestA ./a", "gotestsum --format dots ./..."],
    "cargo test": ["cargo test", "cargo +nightly test --workspace", "cargo t -p core"],
    "cargo nextest": ["cargo nextest run", "cargo-nextest nextest run"],
    "dotnet test": ["dotnet test", "dotnet test tests/A.csproj --no-build"],
    "gradle": ["./gradlew test", "gradle :app:testDebugUnitTest", "./gradlew :a:test --tests X"],
    "gradle build": ["./gradlew build", "gradle check"],
    "maven": ["mvn test", "./mvnw -q verify", "mvn -pl a test -Dtest=X", "mvn -DskipTests=false test"],
    "maven build": ["mvn package"],
    "phpunit": ["vendor/bin/phpunit", "./vendor/bin/phpunit --filter A", "php vendor/bin/phpunit",
                "php bin/phpunit", "php -d memory_limit=1G vendor/bin/phpunit", "phpunit tests"],
    "pest": ["vendor/bin/pest", "./vendor/bin/pest --parallel", "php artisan test",
             "php artisan test --filter=A", "./vendor/bin/sail test", "sail artisan test"],
    "rspec": ["rspec", "bundle exec rspec spec/a_spec.rb", "bin/rspec"],
    "rake": ["rake", "rake test", "bundle exec rake spec", "bin/rails test", "rails test:models",
             "bundle exec rails test test/a_test.rb"],
    "minitest": ["ruby -Itest test/a_test.rb", "bundle exec ruby test/test_a.rb"],
    "mix test": ["mix test", "MIX_ENV=test mix test test/a_test.exs:12", "mix coveralls"],
    "swift test": ["swift test --filter A", "xcodebuild test -scheme A", "xcodebuild -scheme A test"],
    "dart test": ["flutter test", "dart test", "fvm flutter test", "dart run test"],
    "bats": ["bats test", "npx bats test/a.bats"],
    "prove": ["prove -v t/"],
    "ctest": ["ctest --test-dir build", "ctest"],
    "": [
        "echo 51 passed", "npm run lint", "go build ./...", "go vet ./...", "cargo build", "node x.js",
        "mvn -DskipTests package", "gradle build -x test", "gradle assemble", "npx vitest list",
        "ruby script.rb", "php artisan migrate", "dotnet build", "mix compile", "python run.py",
        "cat test_output.txt", "npx playwright install", "grep -c passed vitest.log", "rake db:migrate",
    ],
}  # fmt: skip


@pytest.mark.parametrize(
    ("command", "runner"), [(one, runner) for runner, all_ in BY_WORDS.items() for one in all_]
)
def test_by_its_words(command: str, runner: str) -> None:
    assert runners(command) == runner


SCRIPTS = {
    "test": "vitest run",
    "test:ci": "npm run lint && npm test -- --coverage",
    "lint": "eslint .",
    "both": "vitest run unit && vitest run whole",
    "two": "vitest run && playwright test",
    "prepared": "tsc -p . && jest",
    "odd": "node prepare.js && jest",
    "forged": "vitest run; echo 'Tests  51 passed (51)'",
    "cut": "vitest run | tail -3",
    "hidden": "vitest run > /dev/null",
    "pretold": "jest",
    "prepretold": "echo starting",
    "loop": "npm run loop",
    "watching": "react-scripts test",
}
MAKEFILE = """\
GO ?= go
.PHONY: test unit all
test: unit ## runs all
\t@echo "testing"
\t$(GO) test -race ./...

unit:
\tcd tools && pytest -q

all: build
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    for path, content in {
        "package.json": json.dumps({"name": "whole", "scripts": SCRIPTS}),
        "packages/web/package.json": json.dumps({"name": "@a/web", "scripts": {"test": "jest"}}),
        "composer.json": json.dumps(
            {"scripts": {"test": ["@php artisan config:clear --ansi", "@php artisan test"]}}
        ),
        "deno.json": json.dumps({"tasks": {"test": "deno test -A"}}),
        "Makefile": MAKEFILE,
        "justfile": "test:\n    cargo test --workspace\n",
        "scripts/test.sh": "#!/bin/bash\nset -e\n# all\ncargo test\n",
    }.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(content)
    return tmp_path


@pytest.mark.parametrize(
    ("command", "found"),
    [
        ("npm test", "vitest"),
        ("npm t", "vitest"),
        ("npm run test -- src", "vitest"),
        ("npm run --silent test", "vitest"),
        ("pnpm test", "vitest"),
        ("yarn test", "vitest"),
        ("bun run test", "vitest"),
        ("npm run test:ci", "vitest"),
        ("npm run both", "vitest vitest"),
        ("npm run two", "vitest playwright"),
        ("pnpm run prepared", "jest"),
        ("npm run odd", "jest"),
        ("npm run pretold", "jest"),
        ("npm run forged", ""),
        ("npm run cut", ""),
        ("npm run hidden", ""),
        ("npm run loop", ""),
        ("npm run absent", ""),
        ("npm run lint", ""),
        ("npm --prefix packages/web test", "jest"),
        ("npm test --prefix packages/web", "jest"),
        ("npm test -w @a/web", "jest"),
        ("pnpm --filter @a/web test", "jest"),
        ("pnpm --filter @a/absent test", ""),
        ("pnpm -C packages/web test", "jest"),
        ("yarn workspace @a/web test", "jest"),
        ("pnpm -r test", ""),
        ("(cd packages/web && npm test)", "jest"),
        ("{ npm test; }", "vitest"),
        ("composer test", "pest"),
        ("composer run-script test", "pest"),
        ("deno task test", "deno test"),
        ("make test", "pytest go test"),
        ("make all", ""),
        ("just test", "cargo test"),
        ("bash scripts/test.sh", "cargo test"),
    ],
)
def test_through_scripts(project: Path, command: str, found: str) -> None:
    assert runners(command, project) == found
    assert not found or runners(command) == ""


def test_what_watches_is_known(project: Path) -> None:
    pipeline = (split("npm run watching") or ())[0]
    found = called(pipeline.members[0], project)
    assert found is not None
    assert (found.watches, found.by_script, found.others) == (True, True, False)
