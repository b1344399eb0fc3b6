$RUN /bin/date -u -d '2024-02-29 12:34:56 +1 year' '+%F %T %j %A'; $RUN /bin/date -u -d @1700000000 -R; seq 1 3000 > in
$RUN /usr/bin/md5sum in; $RUN /usr/bin/sha1sum in; $RUN /usr/bin/sha512sum in; $RUN /usr/bin/b2sum in; $RUN /usr/bin/cksum in; $RUN /usr/bin/sum in
$RUN /usr/bin/base64 -w 60 in | tail -n 2; $RUN /usr/bin/base32 in | $RUN /usr/bin/base32 -d | cmp - in; $RUN /usr/bin/factor 600851475143 18446744073709551557 123456789012345678901234567890
$RUN /usr/bin/numfmt --to=iec 1024 1500000 123456789; $RUN /usr/bin/numfmt --from=si 12k 3.5M; $RUN /usr/bin/shuf --random-source=in -n 10 in; $RUN /usr/bin/expr 17 \* 3 + 4; $RUN /usr/bin/expr match abcdef 'a\(.*\)e'; $RUN /usr/bin/expr 1 = 2; echo $?
$RUN /usr/bin/printf '%08.3f|%-6s|%x|%q\n' 3.14159 ab 255 "it's"; $RUN /usr/bin/test 3 -lt 4; echo $?; $RUN /usr/bin/basename /a/b.c .c; $RUN /usr/bin/dirname /a/b.c; $RUN /usr/bin/realpath --relative-to=/usr/bin /usr/lib; $RUN /usr/bin/nproc --all > /dev/null
yes abc | head -n 1000 | $RUN /usr/bin/tee copy | $RUN /usr/bin/wc -c; $RUN /usr/bin/pathchk 'a:b'; $RUN /bin/uname -s; $RUN /usr/bin/id -u root; $RUN /bin/sleep 0.01; $RUN /usr/bin/dircolors -b | head -c 40
$RUN /usr/bin/nohup; echo $?; $RUN /bin/sync in; $RUN /usr/bin/mktemp -u -p /nonexistent xX; echo $?; $RUN /usr/bin/yes | head -n 2
