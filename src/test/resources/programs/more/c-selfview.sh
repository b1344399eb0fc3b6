for program in static-O0 dynamic-O2; do { $RUN $PROGRAMS/selfview-$program; echo $?; } 2>/dev/null; done
