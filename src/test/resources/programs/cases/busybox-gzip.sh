seq 1 30000 > in
$RUN /usr/bin/busybox gzip -c in > in.gz; $RUN /usr/bin/busybox gzip -dc in.gz | cmp - in; $RUN /usr/bin/busybox gzip -l in.gz
