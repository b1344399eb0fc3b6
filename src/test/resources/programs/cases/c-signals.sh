# Blocked, ignored and fatal signals, then the shell's own kill: faults, stops and real-time signals among them.
for program in static-O0 dynamic-O2; do $RUN $PROGRAMS/signals-$program; echo $?; done

start() { # HOW SIGNAL: a program that blocks the signal, ignores it, or does neither
    rm -f ready
    $GROUP $RUN $PROGRAMS/signals-static-O2 $1 $2 &
    for i in $(seq 6000); do [ -f ready ] && break; sleep 0.02; done
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
    GROUP="timeout 120"     # a process group of its own: in an orphaned one, as that of a test run may be, SIGTSTP stops nothing
    start default 20
    kill -TSTP $pid
    for i in $(seq 6000); do grep -q '^State:.T' /proc/$pid/status && { echo stopped; break; }; sleep 0.02; done
    kill -CONT $pid
    kill -USR2 $pid
    wait $!
    echo "default 20: $?"
} 2>/dev/null
rm -f ready
