# Jobs of bash: pipelines, wait -n, traps, coprocesses, process substitution, what a subshell keeps to itself.
cat >jobs.bash <<'EOF'
set -o pipefail
seq 1 1000 | grep 7 | sort -rn | head -n 3; echo "pipeline ${PIPESTATUS[*]}"
false | true; echo $?
x=1; (x=2; cd /; echo "$x $PWD"); echo "$x"
(exit 3) & (exit 5) & wait $!; echo "last $?"; wait; echo "all $?"
sleep 100 & p=$!; (exit 4) & wait -n; echo "first $?"; kill $p; wait $p; echo "killed $?"
trap 'echo usr1' USR1; kill -USR1 $$; trap 'echo end $?' EXIT
(trap 'echo in subshell' TERM; kill -TERM $BASHPID; echo after)
diff <(printf 'a\nb\n') <(printf 'a\nc\n') | cat; echo ${PIPESTATUS[0]}
coproc { while read -r l; do echo "got $l"; done; }
echo one >&"${COPROC[1]}"; read -r l <&"${COPROC[0]}"; echo "$l"; exec {COPROC[1]}>&-; wait; echo "coproc $?"
for i in 1 2 3 4 5 6 7 8; do echo $((i * i)) & done | sort -n | tr '\n' ' '; echo
timeout 0.1 sleep 100; echo "timeout $?"
cat <<< "$(for i in a b; do echo "<$i>"; done)"
bash -c 'kill -9 $$'; echo "status $?"
exit 6
EOF
$RUN /bin/bash jobs.bash 2>/dev/null; echo $?
rm jobs.bash
