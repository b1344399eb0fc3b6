for program in static-O0 dynamic-O2; do $RUN $PROGRAMS/threads-$program; echo $?; done
