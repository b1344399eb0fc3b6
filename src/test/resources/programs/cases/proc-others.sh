# What a guest sees in /proc of another one.
cat >look.sh <<'EOF'
sleep 100 & p=$!
while [ "$(cat /proc/$p/comm)" != sleep ]; do sleep 0.1; done
tr '\0' ' ' </proc/$p/cmdline; echo; readlink /proc/$p/exe
read -r pid name state parent group session rest </proc/$p/stat; echo "$((pid == p)) $name $((parent == $$)) $((group == $(cut -d' ' -f5 /proc/$$/stat)))"
grep -E "^(Name|PPid|Tgid|Threads)" /proc/$p/status | sed "s/\b$$\b/parent/;s/\b$p\b/child/"
[ $(grep -c 'sleep$' /proc/$p/maps) -gt 1 ] && echo maps
ls /proc | grep -cx $p
kill -STOP $p; until grep -q stopped /proc/$p/status; do sleep 0.1; done; cut -d' ' -f3 /proc/$p/stat
kill -CONT $p; kill $p; wait $p; echo $?
ls /proc | grep -cx $p
grep -E "^(Name|PPid|State)" /proc/self/status | sed "s/\b$$\b/parent/"
cat /proc/$$/comm; cd /proc/$$; cut -d' ' -f2 stat
EOF
$RUN /bin/bash look.sh
