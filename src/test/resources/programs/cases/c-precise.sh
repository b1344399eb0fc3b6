$RUN $PROGRAMS/precise-static-O2 20000 20000; echo $?
$RUN $PROGRAMS/precise-dynamic-O0 40000 40000; echo $?
