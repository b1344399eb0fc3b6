seq 1 400 > a; sed -e '17d' -e 's/^2\(.\)$/two\1/' -e '300i\new line' a > b; cp a c
$RUN /usr/bin/diff a b; echo $?; $RUN /usr/bin/diff --label a --label b -u a b > p; $RUN /usr/bin/patch c p; cmp c b; $RUN /usr/bin/patch -R c p; $RUN /usr/bin/cmp a c && echo same; $RUN /usr/bin/cmp a b; $RUN /usr/bin/diff -y -W 40 --suppress-common-lines a b | head
