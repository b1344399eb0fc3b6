$RUN $PROGRAMS/segments-dynamic-O2; echo $?
