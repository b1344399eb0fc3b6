for program in static-O0 static-O2 dynamic-O0 dynamic-O2; do $RUN $PROGRAMS/floats-$program; echo $?; done
