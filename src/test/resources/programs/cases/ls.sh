$RUN /bin/ls -l / | grep -v -e " proc$" -e " tmp$" -e " root$"; $RUN /bin/ls -la /usr/bin | head -n 50; $RUN /bin/ls /nonexistent
