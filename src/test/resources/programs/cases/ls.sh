$RUN /bin/ls -l /; $RUN /bin/ls -la /usr/bin | head -n 50; $RUN /bin/ls /nonexistent
