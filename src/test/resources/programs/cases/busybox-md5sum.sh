seq 1 20000 > in
$RUN /usr/bin/busybox md5sum in; $RUN /usr/bin/busybox md5sum missing; echo $?
