$RUN /bin/true; echo $?; $RUN /bin/false; echo $?
