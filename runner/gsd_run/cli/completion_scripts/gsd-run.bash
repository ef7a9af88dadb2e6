# Completion of gsd-run for bash. Put this line into ~/.bashrc:
#   eval "$(gsd-run completion bash)"
_gsd_run() {
    local line word
    local -a found typed=("${COMP_WORDS[@]:1:COMP_CWORD}")
    # As quoted below, where the beginning of a word was completed before.
    typed=("${typed[@]//\\/}")
    COMPREPLY=()
    mapfile -t found < <(gsd-run completion words "${typed[@]/#/:}" 2>/dev/null)
    if [[ ${found[0]} == :files ]]; then
        compopt -o default
        return
    fi
    for line in "${found[@]}"; do
        # Quoted: the name of a file may be a command to the shell.
        printf -v word '%q' "${line%%$'\t'*}"
        COMPREPLY+=("$word")
    done
}
complete -F _gsd_run gsd-run
