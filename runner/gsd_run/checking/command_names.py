"""The words that commands start with in plans: programs, and what a bare name of one means."""

# No English words: a line that starts with one is a command.
PROGRAMS = frozenset(
    [
        "ag", "ant", "awk", "bash", "bats", "black", "brew", "bun", "bundle", "bunx", "cargo",
        "cat", "cd", "chmod", "clang", "cmake", "composer", "cp", "ctest", "curl", "cypress",
        "dart", "deno", "diff", "docker", "docker-compose", "dotnet", "du", "eslint", "fd",
        "flake8", "flutter", "gcc", "gem", "gh", "ghc", "git", "gofmt", "golangci-lint",
        "gradle", "./gradlew", "grep", "egrep", "fgrep", "helm", "java", "javac", "jest", "jq",
        "just", "kotlinc", "kubectl", "ls", "mix", "mkdir", "mocha", "mvn", "mypy", "nextest",
        "ninja", "node", "npm", "npx", "nx", "php", "phpunit", "ping", "pip", "pip3",
        "playwright", "pnpm", "poetry", "prettier", "prisma", "psql", "pyright", "pytest",
        "python", "python3", "rails", "rake", "redis-cli", "rg", "rm", "rspec", "rubocop",
        "ruby", "ruff", "rustc", "sbt", "sed", "sh", "shellcheck", "sqlite3", "stat",
        "supabase", "swift", "tail", "head", "tar", "terraform", "tox", "tree", "tsc", "tsx",
        "turbo", "uv", "uvx", "vite", "vitest", "wc", "xargs", "xcodebuild", "yarn", "yq",
        "zig", "zsh", "mv", "ln", "tee", "tr", "uniq", "cmp", "comm", "xxd", "od", "sha256sum",
        "shasum", "md5sum", "lsof", "nc", "wget", "perl", "lua", "mysql", "openssl", "ssh",
        "pgrep", "pkill", "systemctl", "yamllint", "hadolint", "actionlint", "biome", "alembic",
        "flask", "uvicorn", "django-admin", "rustup", "protoc", "buf", "pdftotext", "pandoc",
        "echo", "printf", "export", "source", "!", "[", "[[", "set", "(", "if", "for", "while",
    ]
)  # fmt: skip
# English words, too: the rest of the line must look like a command's.
ENGLISH = frozenset(
    [
        "test", "make", "find", "which", "time", "sort", "cut", "watch", "open", "go", "type",
        "read", "touch", "date", "kill", "sleep", "timeout", "env", "true", "false", "split",
        "join", "strings", "convert", "host", "wait",
    ]
)  # fmt: skip
# Programs that do something when called by their bare name.
ALONE = frozenset(
    [
        "pytest", "tox", "nox", "tsc", "make", "just", "ctest", "phpunit", "rspec", "jest",
        "vitest", "mocha", "rake", "ninja", "eslint", "mypy", "pyright", "rubocop", "phpstan",
        "bats", "ls",
    ]
)  # fmt: skip
