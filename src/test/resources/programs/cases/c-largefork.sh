for program in static-O0 dynamic-O2; do $RUN $PROGRAMS/largefork-$program; echo $?; done
