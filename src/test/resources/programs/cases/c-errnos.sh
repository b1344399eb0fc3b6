ulimit -n 300
for program in static-O0 dynamic-O2; do $RUN $PROGRAMS/errnos-$program; echo $?; done
mkdir 日é
cp $PROGRAMS/errnos-static-O2 "日é/x	y"
$RUN "$PWD/日é/x	y" maps
rm -r 日é
