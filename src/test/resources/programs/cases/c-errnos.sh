ulimit -n 300
for program in static-O0 dynamic-O2; do $RUN $PROGRAMS/errnos-$program; echo $?; done
