for program in static-O0 dynamic-O2; do $RUN $PROGRAMS/servers-$program; echo $?; done
# a daemon, which a signal from outside reaches by its number
$RUN $PROGRAMS/servers-dynamic-O2 number &
for i in 1 2 3 4 5 6 7 8 9; do [ -f number ] || sleep 1; done
kill -HUP $(cat number)
for i in 1 2 3 4 5 6 7 8 9; do [ -f result ] || sleep 1; done
cat result
wait
rm number result
