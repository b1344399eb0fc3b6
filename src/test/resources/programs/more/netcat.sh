/bin/nc.openbsd -lU s > got & until [ -S s ]; do sleep 0.1; done; seq 1 1000 | $RUN /bin/nc.openbsd -N -U s; wait; wc got
$RUN /bin/nc.openbsd -lU t > got2 & until [ -S t ]; do sleep 0.1; done; seq 1 1000 | /bin/nc.openbsd -N -U t; wait; wc got2; $RUN /bin/nc.openbsd -zv 127.0.0.1 1; echo $?; rm -f s t
