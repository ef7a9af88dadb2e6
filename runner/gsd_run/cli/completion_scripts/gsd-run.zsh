#compdef gsd-run
# Completion of gsd-run for zsh. Put this line into ~/.zshrc, below compinit:
#   eval "$(gsd-run completion zsh)"
_gsd_run() {
    local line
    local -a found shown typed
    for line in "${(@Q)words[2,CURRENT]}"; do
        typed+=(":$line")
    done
    found=("${(@f)$(gsd-run completion words "${typed[@]}" 2>/dev/null)}")
    if [[ $found[1] == :files ]]; then
        _files
        return
    fi
    for line in "${found[@]}"; do
        [[ -n $line ]] || continue
        shown+=("${${line%%$'\t'*}//:/\\:}:${line#*$'\t'}")
    done
    _describe -V gsd-run shown
}
if [[ $funcstack[1] == _gsd_run ]]; then
    _gsd_run "$@"
else
    compdef _gsd_run gsd-run
fi
