i=0; while [ $i -lt 3000 ]; do echo "$(( (i * 7919) % 3001 )),b$(( i % 17 )),x"; i=$((i + 1)); done > in
$RUN /usr/bin/sort in; $RUN /usr/bin/sort -t, -k2,2 -k1,1nr in | head -n 40; $RUN /usr/bin/sort -u -n in | tail -n 3
