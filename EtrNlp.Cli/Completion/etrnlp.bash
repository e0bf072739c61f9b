# Completion of etrnlp for bash. For every new shell:
#   echo 'source <(etrnlp completion bash)' >> ~/.bashrc
_etrnlp() {
    local word=$2 line=${COMP_LINE:0:COMP_POINT} candidate
    local -a words=()
    # What was typed before is read as if the program were called by its plain name.
    line="etrnlp${line#"${COMP_WORDS[0]}"}"
    if [[ $line =~ [[:blank:]]--[a-z-]+=[^[:blank:]]*$ ]]; then
        line="${line%=*} ${line##*=}" # --option=value is completed like --option value
    fi
    COMPREPLY=()
    while IFS= read -r candidate; do
        [[ $candidate == "$word"* ]] || continue
        [[ $candidate == -* && $word != -* ]] || words+=("$candidate")
    done < <("${1/#\~\//$HOME/}" "[suggest:${#line}]" "$line" 2>/dev/null)
    if ((${#words[@]})) || [[ $word == -* ]]; then
        COMPREPLY=("${words[@]}")
    else
        compopt -o default 2>/dev/null # nothing but a file or folder fits
    fi
}
complete -F _etrnlp etrnlp
