"""The words that commands start with in plans, and what may stand behind them.

No list of programs is complete; `recognizing` also goes by the shape of what follows.
"""

# No English words: a line that starts with one is a command, if an argument follows.
PROGRAMS = frozenset(
    [
        "!", "(", "./gradlew", "./mvnw", "[", "[[", "ack", "actionlint", "adb", "ag", "alembic",
        "ansible", "ansible-lint", "ansible-playbook", "ant", "apt", "apt-get", "artillery",
        "artisan", "astro", "autoflake", "awk", "aws", "az", "bandit", "bash", "bats", "bazel",
        "bazelisk", "biome", "brew", "buf", "bun", "bundler", "bundletool", "bunx", "cabal",
        "cargo", "cat", "cd", "cdk", "chmod", "clang", "clang-format", "clang-tidy", "cmake",
        "cmp", "cocoapods", "codecept", "comm", "composer", "conda", "corepack", "coverage", "cp",
        "cppcheck", "credo", "crystal", "cspell", "ctest", "cue", "curl", "cypress", "dart",
        "dbt", "deadcode", "deno", "depcruise", "detekt", "detox", "dialyzer", "django-admin",
        "docker", "docker-compose", "dotnet", "dpkg", "drush", "du", "dune", "earthly", "egrep",
        "elixir", "elm", "emacs", "erl", "esbuild", "eslint", "esphome", "expo", "fastlane", "fd",
        "ffmpeg", "ffprobe", "fgrep", "file", "flake8", "flutter", "flyctl", "forge", "fvm",
        "gcc", "gcloud", "gh", "ghc", "git", "gitleaks", "gleam", "gofmt", "golangci-lint",
        "goreleaser", "gotestsum", "govulncheck", "gradle", "gradlew", "graphql-codegen", "grep",
        "grpcurl", "grype", "hadolint", "hardhat", "helm", "hexdump", "htmlhint", "http", "hugo",
        "hurl", "hyperfine", "iverilog", "java", "javac", "jekyll", "jest", "jq", "julia", "k6",
        "karma", "knip", "kotlinc", "ktlint", "kubeconform", "kubectl", "kubeval", "kustomize",
        "latexmk", "lein", "lerna", "lighthouse", "ln", "ls", "lsof", "lua", "luac", "luacheck",
        "luarocks", "madge", "maestro", "mage", "markdownlint", "markdownlint-cli2", "maven",
        "md5sum", "meson", "minikube", "mise", "mix", "mkdir", "mkdocs", "mocha", "mongosh", "mv",
        "mvn", "mvnw", "mypy", "mysql", "nc", "netstat", "newman", "nextest", "nginx", "nim",
        "nimble", "ninja", "nix", "nix-build", "nix-instantiate", "nix-shell", "node", "nodemon",
        "nox", "npm", "npx", "nuclei", "nuxi", "nvim", "nvm", "nx", "ocamlfind", "od", "ollama",
        "opa", "openssl", "oxlint", "pacman", "pandoc", "pdflatex", "pdftotext", "pdm", "perl",
        "pg_dump", "pg_isready", "pgrep", "php", "php-cs-fixer", "phpcs", "phpstan", "phpunit",
        "ping", "pint", "pio", "pip", "pip-audit", "pip3", "pipenv", "pipx", "pkill", "pnpm",
        "podman", "poetry", "poetry-core", "pre-commit", "prettier", "prisma", "promtool",
        "protoc", "prove", "psalm", "psql", "publint", "pulumi", "pwsh", "py.test", "pyenv",
        "pylint", "pyright", "pytest", "python", "python2", "python3", "rebar3", "redis-cli",
        "rg", "rm", "rmdir", "Rscript", "rspec", "rsync", "rubocop", "ruby", "rubyfmt", "ruff",
        "rustc", "rustfmt", "rustup", "rye", "sbt", "scala", "scp", "sed", "semgrep",
        "serverless", "sh", "sha256sum", "shasum", "shellcheck", "shfmt", "snyk", "sops",
        "sourcery", "spectral", "sqlfluff", "sqlite3", "sqlx", "ss", "ssh", "stack",
        "staticcheck", "stylelint", "sudo", "supabase", "svelte-check", "swiftc", "swiftformat",
        "swiftlint", "syft", "symfony", "systemctl", "tailwindcss", "tar", "tee", "terraform",
        "terragrunt", "testify", "tflint", "tinygo", "tofu", "tox", "tr", "trivy", "truffleHog",
        "ts-node", "tsc", "tsup", "tsx", "turbo", "twine", "typos", "typst", "uname", "uniq",
        "unzip", "uv", "uvicorn", "uvx", "vagrant", "valgrind", "vercel", "vhs", "vim", "vite",
        "vitest", "vue-tsc", "wasm-pack", "wc", "west", "wget", "wrangler", "xargs", "xcodebuild",
        "xcrun", "xmllint", "xxd", "yamllint", "yarn", "yq", "zig", "zip", "zsh",
    ]
)  # fmt: skip
# English words, too: the rest of the line must look like a command's.
ENGLISH = frozenset(
    [
        "black", "buck", "bundle", "case", "command", "convert", "coverage", "crystal", "cut",
        "date", "dialog", "diff", "echo", "elm", "env", "expand", "expect", "expo", "export",
        "false", "file", "find", "flask", "fold", "for", "forge", "free", "gem", "go", "hash",
        "head", "host", "http", "hugo", "id", "if", "install", "java", "join", "just", "k6",
        "karma", "kill", "less", "link", "look", "mage", "make", "more", "mount", "next", "nice",
        "open", "pants", "paste", "patch", "play", "playwright", "please", "printf", "rails",
        "rake", "react", "read", "rush", "say", "screen", "serve", "service", "set", "sleep",
        "sort", "source", "split", "stack", "start", "stat", "strings", "swift", "tail", "task",
        "test", "time", "timeout", "touch", "tree", "true", "type", "until", "wait", "watch",
        "which", "while", "who",
    ]
)  # fmt: skip
# What programs are asked to do: behind a program in a plain line these are no prose.
TASKS = frozenset(
    [
        "add", "all", "analyze", "apply", "archive", "artisan", "assemble", "assembleDebug",
        "assert", "audit", "bench", "benchmark", "bootRun", "build", "bump", "bundle", "cat",
        "check", "checkout", "ci", "clean", "clippy", "code", "commit", "compile", "compose",
        "config", "console", "cover", "coverage", "create", "credo", "db", "deploy", "deps",
        "deps.get", "describe", "detekt", "dev", "dialyzer", "diff", "doc", "docs", "doctor",
        "down", "dry-run", "e2e", "ecto.migrate", "eval", "exec", "export", "fetch", "fix", "fmt",
        "format", "gen", "generate", "get", "grep", "help", "images", "info", "init", "inspect",
        "install", "integration", "integrationTest", "lint", "list", "log", "logs", "ls-files",
        "ls-tree", "manage.py", "migrate", "mod", "modules", "nextest", "outdated", "pack",
        "package", "pint", "plan", "preview", "print", "pub", "publish", "pull", "push", "query",
        "ready", "rebuild", "reset", "restore", "rev-list", "rev-parse", "routes", "run",
        "runner", "say", "schema", "script", "scripts", "seed", "serve", "server", "shell",
        "show", "spec", "start", "status", "stop", "sync", "tag", "task", "tasks", "test",
        "testDebugUnitTest", "tests", "tree", "tsc", "type-check", "typecheck", "types",
        "uninstall", "unit", "up", "update", "upgrade", "validate", "vendor", "verify", "version",
        "vet", "view", "vitest", "watch", "why", "workspace", "worktree", "x",
    ]
)  # fmt: skip
# These take whatever stands behind them: patterns, folders, scripts by their name.
TAKE_ANY = frozenset(
    [
        "!", "(", "[", "[[", "ack", "ag", "awk", "bash", "bats", "bunx", "cat", "cd", "cmp", "cp",
        "curl", "egrep", "fd", "fgrep", "grep", "jq", "ln", "ls", "mkdir", "mocha", "mv", "mypy",
        "npx", "pgrep", "phpunit", "ping", "pkill", "pnpx", "psql", "py.test", "pytest", "rg",
        "rm", "rspec", "sed", "sh", "sqlite3", "tee", "tr", "ts-node", "tsx", "uvx", "wc",
        "xargs", "yq", "zsh",
    ]
)  # fmt: skip
# Programs that do something when called by their bare name.
ALONE = frozenset(
    [
        "./gradlew", "./mvnw", "actionlint", "ansible-lint", "bats", "biome", "ctest", "detekt",
        "dialyzer", "eslint", "golangci-lint", "jest", "just", "knip", "ktlint", "ls", "mage",
        "make", "mocha", "mypy", "nextest", "ninja", "nox", "oxlint", "phpstan", "phpunit",
        "pint", "pre-commit", "psalm", "publint", "pyright", "pytest", "rake", "rspec", "rubocop",
        "shellcheck", "staticcheck", "svelte-check", "swiftlint", "tox", "tsc", "vitest",
        "vue-tsc", "yamllint",
    ]
)  # fmt: skip
# Parts of a program's language that are words of English, or code of other languages, elsewhere.
STRUCTURES = frozenset({"if", "for", "while", "until", "case"})
# First words of a command line tool's own subcommands: no program goes by such a name alone.
SUBCOMMANDS = frozenset(
    [
        "a", "add", "agent", "agents", "all", "an", "and", "async", "await", "background",
        "border", "build", "check", "class", "color", "config", "connect", "const", "create",
        "def", "delete", "deploy", "dev", "display", "each", "every", "export", "false", "font",
        "from", "function", "get", "height", "help", "host", "hosts", "import", "init", "insert",
        "interface", "is", "let", "list", "login", "logout", "margin", "milestone", "milestones",
        "mount", "name", "new", "no", "not", "null", "or", "padding", "phase", "plan", "private",
        "progress", "public", "remove", "return", "roadmap", "run", "select", "serve", "session",
        "sessions", "set", "show", "start", "status", "stop", "sync", "test", "that", "the",
        "this", "throw", "true", "type", "unmount", "update", "upgrade", "use", "user", "users",
        "using", "validate", "var", "verify", "when", "where", "width", "with", "yield",
    ]
)  # fmt: skip
# Words that no command line has between its program and its options.
PROSE = frozenset(
    [
        "a", "all", "an", "and", "any", "are", "as", "at", "be", "both", "by", "can", "do",
        "does", "each", "every", "for", "from", "had", "has", "have", "if", "in", "is", "it",
        "its", "must", "no", "not", "of", "on", "or", "should", "than", "that", "the", "then",
        "these", "this", "to", "was", "when", "will", "with", "without",
    ]
)  # fmt: skip
