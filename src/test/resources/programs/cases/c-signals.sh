# Blocked, ignored and fatal signals, then the shell's own kill: faults, stops and real-time signals among them.
for program in static-O0 dynamic-O2; do $RUN $PROGRAMS/signals-$program; echo $?; done

start() { # HOW SIGNAL: a program that blocks the signal, ignores it, or does neither
    rm -f ready
    $RUN $PROGRAMS/signals-static-O2 $1 $2 &
    while ! [ -f ready ]; do sleep 0.02; done
    pid=$(cat ready)
}
outside() {
    start $1 $2
    kill -$2 $pid
    [ $1 = default ] || kill -USR2 $pid
    wait $!
    echo "$1 $2: $?"
}
{
    outside blocked 20; outside blocked 6; outside blocked 11; outside blocked 34
    outside ignored 11; outside ignored 40
    outside default 8; outside default 11; outside default 15; outside default 63; outside default 13
    start default 20
    kill -TSTP $pid
    until grep -q '^State:.T' /proc/$pid/status; do sleep 0.02; done
    echo stopped
    kill -CONT $pid
    kill -USR2 $pid
    wait $!
    echo "default 20: $?"
} 2>/dev/null
rm -f ready
