seq 1 40000 > in
$RUN /bin/gzip -k -9 -n in; $RUN /bin/gzip -t in.gz; $RUN /bin/gzip -l in.gz; $RUN /bin/gzip -dc in.gz | cmp - in; echo broken > bad.gz; $RUN /bin/gzip -d bad.gz; echo $?
