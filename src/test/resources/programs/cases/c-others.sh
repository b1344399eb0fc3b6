$RUN $PROGRAMS/others-static-O2; echo $?
$RUN $PROGRAMS/others-dynamic-O0; echo $?
