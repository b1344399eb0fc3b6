seq 1 1000 > in
$RUN /bin/cat in - -n < in | tail -n 5; $RUN /bin/cat -A in | head -n 3; $RUN /bin/cat missing
