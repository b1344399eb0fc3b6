# What the memory model forbids does not happen; for more rounds: litmus-static-O2 10000000
for program in static-O0 dynamic-O2; do $RUN $PROGRAMS/litmus-$program 20000; echo $?; done
