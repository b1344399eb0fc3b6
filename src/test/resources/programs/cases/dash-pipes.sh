# What a plain shell does with processes, and tools that start others.
cat >pipes.dash <<'EOF'
echo "$(echo "$(echo nested)")" `echo backquoted`
i=0; while [ $i -lt 5 ]; do echo $i; i=$((i + 1)); done | while read n; do [ $n = 3 ] && break; echo "read $n"; done
cat <<X | tr a-z A-Z | rev
here $(echo document)
X
(trap 'echo hangup; exit 9' HUP; kill -HUP $(sh -c 'echo $PPID'); echo not); echo $?
sleep 100 & kill -INT $! 2>/dev/null; kill $!; wait $!; echo $?
{ echo out; echo err >&2; } 2>&1 >/dev/null | cat
seq 1 40 | xargs -P4 -n5 sh -c 'echo $(($1 + $5))' sh | sort -n | tr '\n' ' '; echo
mkdir d; for n in a b c; do echo $n >d/$n; done
find d -type f -exec sh -c 'echo found $1' sh {} \; | sort
find d -type f -exec cat {} + | sort | tr -d '\n'; echo
tar czf d.tar.gz d && rm -r d && tar xzf d.tar.gz && cat d/a d/b d/c; tar tzf d.tar.gz | wc -l
seq 20000 | sort --parallel=2 -S 1M -rn | head -n 2
yes | head -n 2; nice -n 3 nice; env -i A=1 sh -c 'echo $A$B'; nohup echo no hangup 2>/dev/null
./nothing; echo $?; echo 'echo ran $0' >s; sh ./s; ./s; echo $?; chmod +x s; ./s
mkfifo f; echo through >f & cat f; wait
exec 3>made; echo three >&3; exec 3>&-; cat made; (exec sh -c 'exit 8'); echo $?
rm -r d d.tar.gz s f made
EOF
$RUN /bin/dash pipes.dash 2>/dev/null; echo $?
rm pipes.dash
