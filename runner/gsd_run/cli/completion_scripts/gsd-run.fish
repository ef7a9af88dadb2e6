# Completion of gsd-run for fish. Put this line into ~/.config/fish/config.fish:
#   gsd-run completion fish | source
function __gsd_run_words
    set -l typed (commandline -opc)[2..]
    set -l current (commandline -ct)
    set -l found (gsd-run completion words :$typed ":$current" 2>/dev/null)
    if test "$found[1]" = ':files'
        __fish_complete_path "$current"
    else
        printf '%s\n' $found
    end
end
complete -c gsd-run -f -a '(__gsd_run_words)'
