seq 1 50000 > in
$RUN /usr/bin/sha256sum in /bin/ls; $RUN /usr/bin/sha256sum in > sums; $RUN /usr/bin/sha256sum -c sums
