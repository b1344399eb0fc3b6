seq 1 60 > in
printf '%%s/1/one/g\n10,20d\n$put =range(1,3)\ng/5$/normal Aend\nsort n\nw out\nlet l = map(range(5), {i, v -> v * v})\nput =string(l)\nw out2\nq!\n' > cmds
$RUN /usr/bin/vim.tiny -u NONE -N -n -es in < cmds; echo $?; wc out
python3 $RESOURCES/terminal.py '60L' ':%s/1/one/g\r' 'substitutions' ':w screen\r' 'written' ':q!\r' -- $RUN /usr/bin/vim.tiny -u NONE -N -n in
