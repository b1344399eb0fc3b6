seq 1 10000 > in
$RUN /usr/bin/wc in /etc/passwd; $RUN /usr/bin/wc -l < in; $RUN /usr/bin/wc -m in
