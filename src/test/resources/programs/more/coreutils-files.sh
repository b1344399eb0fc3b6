umask 022; mkdir -p a/b; seq 1 500 > a/one; echo two > a/b/two; chmod 640 a/one; touch -d '2020-01-02 03:04:05' a/one a/b/two
$RUN /bin/cp -p a/one a/three; $RUN /bin/cp -r a c; $RUN /bin/cp a/one missing/x; echo $?
$RUN /bin/mv a/three a/b/moved; $RUN /bin/mkdir -p m/n/o; $RUN /bin/mkdir m; echo $?; $RUN /bin/rmdir m/n/o
$RUN /bin/ln -s ../one a/b/link; $RUN /bin/ln a/one hard; $RUN /bin/chmod u=rwx,go-r a/b/two; $RUN /usr/bin/touch -d '2021-05-06 07:08:09' c/one
$RUN /usr/bin/stat -c '%n %s %a %F %h %Y' a/one a/b/two a/b/moved c/one; $RUN /usr/bin/stat -c '%n %F %N' a/b/link m/n; $RUN /bin/readlink -f a/b/link | sed "s#$PWD##"
$RUN /usr/bin/du -a --apparent-size --exclude=b a/one c/one; $RUN /bin/df --output=target,fstype /proc; $RUN /usr/bin/truncate -s 1M big; $RUN /usr/bin/truncate -s 100 hard
$RUN /bin/dd if=a/one of=part bs=7 skip=2 count=5 conv=ucase status=none; $RUN /bin/rm -r c; $RUN /bin/rm nothing; echo $?; $RUN /bin/rm -f big; ls
