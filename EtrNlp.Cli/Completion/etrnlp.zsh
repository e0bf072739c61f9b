#compdef etrnlp
# Completion of etrnlp for zsh. For every new shell, below compinit in ~/.zshrc:
#   source <(etrnlp completion zsh)
_etrnlp() {
    local line="etrnlp${LBUFFER#*${words[1]}}" candidate
    local -a found
    if compset -P '--*='; then
        line="${line%=*} ${line##*=}" # --option=value is completed like --option value
    fi
    # What was typed before is read as if the program were called by its plain name.
    for candidate in "${(@f)$(${(Q)~words[1]} "[suggest:${#line}]" "$line" 2>/dev/null)}"; do
        [[ -z $candidate || ( $candidate == -* && $PREFIX != -* ) ]] || found+=("$candidate")
    done
    if (( ${#found} )) || [[ $PREFIX == -* ]]; then
        compadd -a found
    else
        _files # nothing but a file or folder fits
    fi
}
if [[ ${funcstack[1]} == _etrnlp ]]; then
    _etrnlp "$@"
else
    compdef _etrnlp etrnlp
fi
