"""The words that commands start with in plans, and what may stand behind them.

No list of programs is complete; `recognizing` also goes by the shape of what follows.
"""

# No English words: a line that starts with one is a command, if an argument follows.
PROGRAMS = frozenset(
    [
        "!", "(", "./gradlew", "./mvnw", "Rscript", "[", "[[", "ack", "actionlint", "adb", "ag",
        "alejandra", "alembic", "ansible", "ansible-galaxy", "ansible-lint", "ansible-playbook",
        "ansible-vault", "ant", "api-extractor", "appium", "apt", "apt-get", "arduino-cli",
        "argocd", "artillery", "artisan", "astro", "attw", "autocannon", "autoflake", "autoreconf",
        "ava", "avr-size", "awk", "aws", "az", "b2sum", "bandit", "base64", "basedpyright", "bash",
        "bats", "bazel", "bazelisk", "bibtex", "bindgen", "biome", "brakeman", "brew", "buck2",
        "buf", "buildah", "bun", "bundle-audit", "bundler", "bundletool", "bunx", "busted",
        "bzip2", "c++filt", "c8", "cabal", "caddy", "cargo", "cargo-deny", "cargo-nextest", "cat",
        "cbindgen", "ccache", "cd", "cdk", "cdk8s", "cdktf", "cfn-lint", "changeset",
        "chart-testing", "checkov", "checkstyle", "chktex", "chmod", "chromatic", "circleci",
        "clang", "clang-format", "clang-tidy", "clickhouse-client", "clippy-driver", "clj",
        "clj-kondo", "cloc", "clojure", "cmake", "cmp", "cockroach", "cocoapods", "cocotb",
        "codecept", "codesign", "comm", "commitlint", "composer", "conan", "conda", "conftest",
        "corepack", "cosign", "coverage", "cp", "cppcheck", "cqlsh", "credo", "cross-env",
        "crystal", "cspell", "ctest", "cue", "curl", "cypher-shell", "cypress", "dart", "datree",
        "dbmate", "dbt", "deadcode", "deadnix", "deno", "depcheck", "depcruise", "deptrac",
        "detekt", "detox", "devbox", "dialyzer", "diesel", "django-admin", "dlv", "docker",
        "docker-compose", "doctl", "dokku", "dotnet", "dpkg", "dprint", "drizzle-kit", "drush",
        "du", "dune", "dvc", "dyff", "earthly", "eas", "edgedb", "editorconfig-checker", "egrep",
        "elixir", "elixirc", "elm", "emacs", "emcc", "emcmake", "erb", "erl", "erlc", "esbuild",
        "eslint", "espflash", "esphome", "esptool", "etcdctl", "exiftool", "expo", "fastlane",
        "fastly", "fd", "fdfind", "ffmpeg", "ffprobe", "fgrep", "file", "flake8", "flatpak",
        "flutter", "flyctl", "flyway", "fnm", "forge", "fourmolu", "fpm", "fvm", "g++", "gcc",
        "gcloud", "gcov", "gcovr", "gdb", "gfortran", "gh", "ghc", "ghcup", "ghdl", "ghz",
        "ginkgo", "git", "git-lfs", "gitlab-runner", "gitleaks", "gleam", "gnatmake", "godot",
        "gofmt", "gofumpt", "goimports", "golangci-lint", "gomobile", "goreleaser", "gosec",
        "gotestsum", "govulncheck", "gpg", "gqlgen", "gradle", "gradle-profiler", "gradle-wrapper",
        "gradlew", "grafana-cli", "graphql-codegen", "graphql-inspector", "great_expectations",
        "grep", "grpcurl", "grype", "gunicorn", "hadolint", "hanami", "hardhat", "hatch", "helm",
        "helm-docs", "helmfile", "hexdump", "hlint", "home-manager", "hpack", "hspec", "htmlhint",
        "http", "http-server", "hugo", "hurl", "hyperfine", "iex", "incus", "infracost",
        "inkscape", "ios-deploy", "isort", "istioctl", "iverilog", "jarsigner", "java", "javac",
        "javap", "jbang", "jekyll", "jest", "jlink", "journalctl", "jq", "jsonlint", "jsonnet",
        "julia", "jupyter", "jupytext", "k3d", "k3s", "k6", "kamal", "karma", "kcov", "keytool",
        "knip", "kotlinc", "ktfmt", "ktlint", "kube-linter", "kubeadm", "kubeconform", "kubectl",
        "kubectl-slice", "kubectx", "kubescape", "kubeval", "kustomize", "kyverno", "latexmk",
        "lcov", "ldd", "lein", "lein-ancient", "leptosfmt", "lerna", "lighthouse", "lighthouse-ci",
        "linkchecker", "linkerd", "lint-staged", "liquibase", "litecli", "llc", "lld", "lldb",
        "ln", "ls", "lsblk", "lsof", "ltrace", "lua", "luac", "luacheck", "lualatex", "luarocks",
        "luaunit", "lxc", "lychee", "madge", "maestro", "mage", "magick", "mariadb",
        "markdown-link-check", "markdownlint", "markdownlint-cli2", "maturin", "maven", "md5sum",
        "mdbook", "mdformat", "meltano", "meson", "mikro-orm", "minikube", "mise", "mix", "mkdir",
        "mkdocs", "mocha", "mocha-phantomjs", "mockery", "mockgen", "mongo", "mongodump",
        "mongoexport", "mongosh", "mv", "mvn", "mvnd", "mvnw", "mypy", "mysql", "mysqladmin",
        "mysqldump", "nbval", "nc", "ncu", "nerdctl", "netstat", "newman", "newrelic", "nextest",
        "nextpnr", "ng", "nginx", "nim", "nimble", "ninja", "nix", "nix-build", "nix-instantiate",
        "nix-shell", "nixfmt", "nixos-rebuild", "nixos-test", "nixpkgs-fmt", "node", "node-gyp",
        "nodejs", "nodemon", "nox", "npm", "npm-check", "npm-run-all", "npx", "nuclei", "nuget",
        "nuxi", "nvcc", "nvim", "nvm", "nx", "nyc", "oapi-codegen", "objdump", "ocamlfind", "od",
        "ollama", "opa", "opam", "openapi-generator", "openapi-generator-cli",
        "openapi-typescript", "openssl", "oras", "ormolu", "otool", "oxfmt", "oxlint", "packer",
        "pacman", "pandoc", "papermill", "pdflatex", "pdftotext", "pdm", "perl", "pg_dump",
        "pg_isready", "pg_prove", "pg_restore", "pgbench", "pgcli", "pgrep", "pgtap", "php",
        "php-cs-fixer", "phpcbf", "phpcs", "phpmd", "phpstan", "phpunit", "ping", "pint", "pio",
        "pip", "pip-audit", "pip3", "pipenv", "pipx", "pixi", "pkill", "platformio",
        "playwright-cli", "plutil", "pmd", "pnpm", "pnpx", "podman", "poetry", "poetry-core",
        "powershell", "pre-commit", "prettier", "prisma", "probe-rs", "promtool", "proselint",
        "protoc", "protolint", "prove", "psalm", "psql", "pt-online-schema-change", "publint",
        "pulumi", "purs", "pwsh", "py.test", "pycodestyle", "pydocstyle", "pyenv", "pyinstaller",
        "pylint", "pyre", "pyright", "pyroma", "pytest", "python", "python2", "python3", "pytype",
        "qemu-system-x86_64", "rclone", "readelf", "rebar", "rebar3", "redis-cli", "redocly",
        "release-it", "renpy", "rg", "rm", "rmdir", "rojo", "rsbuild", "rspack", "rspec", "rsync",
        "rubocop", "ruby", "rubycritic", "rubyfmt", "ruff", "ruff-format", "rust-analyzer",
        "rustc", "rustdoc", "rustfmt", "rustup", "rye", "sam", "sbt", "sbt-native", "sby", "scala",
        "scala-cli", "scalafix", "scalafmt", "scan-build", "schemathesis", "scp", "sed",
        "semantic-release", "semgrep", "serverless", "sh", "sha1sum", "sha256sum", "shards",
        "shasum", "shellcheck", "shellspec", "shfmt", "size-limit", "skaffold", "skopeo",
        "snakemake", "snyk", "solc", "solhint", "sops", "sourcery", "sox", "spago", "spectral",
        "sphinx-build", "sqitch", "sqlc", "sqlcmd", "sqlfluff", "sqlite-utils", "sqlite3",
        "sqlmesh", "sqlpackage", "sqlx", "squawk", "srb", "ss", "ssh", "stack", "stack-clean",
        "standardrb", "staticcheck", "strace", "stylelint", "stylua", "sudo", "supabase",
        "svelte-check", "svelte-kit", "svgo", "swc", "swift-format", "swiftc", "swiftformat",
        "swiftlint", "syft", "symfony", "syncpack", "systemctl", "tailwindcss", "tapioca", "tar",
        "tee", "templ", "terraform", "terraform-docs", "terragrunt", "terrascan", "testify",
        "textlint", "tflint", "tfsec", "tfupdate", "tinygo", "tippecanoe", "tmux", "tofu", "tox",
        "tr", "trivy", "truffleHog", "ts-node", "ts-prune", "tsc", "tsdown", "tsgo", "tsup", "tsx",
        "tuist", "turbo", "twiggy", "twine", "typedoc", "typeorm", "typos", "typst", "uglifyjs",
        "uname", "unbuild", "unimported", "uniq", "unzip", "usql", "uv", "uvicorn", "uvx",
        "vagrant", "valgrind", "vegeta", "velero", "vercel", "verilator", "vhs", "vim",
        "virtualenv", "vite", "vitest", "vlang", "vsce", "vue-tsc", "wails", "wasm-bindgen",
        "wasm-opt", "wasm-pack", "wasm-tools", "wasmtime", "wat2wasm", "wc", "wdio", "weasyprint",
        "west", "wget", "wit-bindgen", "wkhtmltopdf", "wp", "wrangler", "wrk", "wscat", "xargs",
        "xcodebuild", "xcodegen", "xcpretty", "xcresulttool", "xcrun", "xelatex", "xmake",
        "xmllint", "xxd", "yamlfmt", "yamllint", "yapf", "yarn", "yosys", "yq", "zig", "zip",
        "zizmor", "zola", "zsh", "zstd",
    ]
)  # fmt: skip
# English words, too: the rest of the line must look like a command's.
ENGLISH = frozenset(
    [
        "act", "age", "air", "airflow", "amplify", "anchor", "asdf", "atlas", "babel", "bacon",
        "behat", "black", "buck", "bundle", "case", "cast", "command", "consul", "convert",
        "coverage", "cross", "crystal", "ct", "cut", "date", "dialog", "diff", "dive", "duckdb",
        "dx", "echo", "elm", "env", "expand", "expect", "expo", "export", "false", "file", "find",
        "firebase", "flask", "fly", "fold", "for", "forge", "free", "gem", "go", "goose", "groovy",
        "hash", "head", "heroku", "host", "http", "hugo", "id", "if", "influx", "install", "jar",
        "java", "join", "just", "k6", "karma", "kill", "kind", "kotlin", "lake", "less", "link",
        "locust", "look", "mage", "make", "melos", "migrate", "mill", "molecule", "more", "mount",
        "netlify", "next", "nice", "nomad", "oc", "ocaml", "open", "pants", "parcel", "paste",
        "patch", "pest", "play", "playwright", "please", "pod", "printf", "quarto", "rails",
        "rake", "react", "read", "rector", "rollup", "rush", "say", "screen", "sequelize", "serve",
        "service", "set", "sleep", "slither", "sort", "source", "spin", "split", "stack", "start",
        "stat", "stern", "storybook", "strings", "sv", "swift", "tail", "task", "tauri", "tern",
        "test", "tilt", "time", "timeout", "touch", "tree", "true", "trunk", "type", "until",
        "vale", "vault", "volta", "vulture", "wait", "watch", "webpack", "which", "while", "who",
        "wire",
    ]
)  # fmt: skip
# What programs are asked to do: behind a program in a plain line these are no prose.
TASKS = frozenset(
    [
        "add", "all", "analyze", "apply", "archive", "artisan", "assemble", "assembleDebug",
        "assert", "audit", "bench", "benchmark", "bootRun", "build", "bump", "bundle", "cat",
        "check", "checkout", "ci", "clean", "clippy", "code", "commit", "compile", "compose",
        "config", "console", "cover", "coverage", "create", "credo", "db", "deploy", "deps",
        "deps.get", "describe", "detekt", "dev", "dialyzer", "diff", "dlx", "doc", "docs",
        "doctor", "down", "dry-run", "e2e", "ecto.migrate", "eval", "exec", "export", "fetch",
        "fix", "fmt", "format", "gen", "generate", "get", "grep", "help", "images", "info", "init",
        "inspect", "install", "integration", "integrationTest", "lint", "list", "log", "logs",
        "ls", "ls-files", "ls-tree", "manage.py", "migrate", "mod", "modules", "nextest",
        "outdated", "pack", "package", "ping", "pint", "plan", "preview", "print", "ps", "pub",
        "publish", "pull", "push", "query", "ready", "rebuild", "reset", "restore", "rev-list",
        "rev-parse", "routes", "run", "runner", "say", "schema", "script", "scripts", "seed",
        "serve", "server", "shell", "show", "spec", "start", "stash", "status", "stop", "sync",
        "tag", "task", "tasks", "tc", "test", "testDebugUnitTest", "tests", "tree", "tsc",
        "type-check", "typecheck", "types", "uninstall", "unit", "up", "update", "upgrade",
        "validate", "vendor", "verify", "version", "vet", "view", "vitest", "watch", "why",
        "workspace", "worktree", "x",
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
