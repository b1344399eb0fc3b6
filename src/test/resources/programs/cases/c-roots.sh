for program in static-O0 dynamic-O2; do $RUN $PROGRAMS/roots-$program; echo $?; rm -r root outer; done
# Programs start in it.
mkdir -p r/bin r/tmp && cp /usr/bin/busybox r/bin/ && ln -s busybox r/bin/sh && printf '#!/bin/sh\necho script $0 $*; pwd\n' >r/s && chmod +x r/s
$RUN /usr/sbin/chroot r /bin/sh -c 'pwd; echo /*; /s a b; echo >/tmp/x; cd tmp; echo *; (cd ..; pwd); ls /usr; /bin/busybox ls -l /bin/sh | /bin/busybox sed "s/.* //"' 2>&1; echo $?
rm -r r
