$RUN /bin/ls -l / | grep -v " proc$"; $RUN /bin/ls -la /usr/bin | head -n 50; $RUN /bin/ls /nonexistent
