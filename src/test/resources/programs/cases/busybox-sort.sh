i=0; while [ $i -lt 2000 ]; do echo "$(( (i * 7919) % 2003 )) line $i"; i=$((i + 1)); done > in
$RUN /usr/bin/busybox sort in; $RUN /usr/bin/busybox sort -n -r in
