mkdir d; seq 1 900 > d/one; echo 2 > d/two; ln -s one d/link; touch -h -d '2020-01-02 03:04:05' d/* d
printf 'd\nd/one\nd/two\nd/link\n' | $RUN /usr/bin/cpio -o -H newc --reproducible -R 0:0 > a.cpio; $RUN /usr/bin/cpio -itv < a.cpio; mkdir x; cd x; $RUN /usr/bin/cpio -idm < ../a.cpio; cd ..; diff -r d x/d && echo same; rm a.cpio
