i=0; while [ $i -lt 300 ]; do echo "k$((i * 37 % 101)) $((i % 13)) w$((i * 7 % 5)) the quick brown fox"; i=$((i + 1)); done > in
sort in > s1; sort -u -k1,1 in > s2; awk '{ print $1, NR }' in | sort -k1,1 -u > s3
$RUN /usr/bin/cut -d' ' -f1,3- in | $RUN /usr/bin/tail -n 4; $RUN /usr/bin/uniq -c -w 3 s1 | head -n 5; $RUN /usr/bin/tr -s 'a-z ' 'A-Z_' < in | head -n 2
$RUN /usr/bin/seq -f '%05.2f' 1 0.5 4; $RUN /usr/bin/head -c 30 in; echo; $RUN /usr/bin/tail -c +4000 in | wc -c; $RUN /usr/bin/od -A d -t x1z -N 40 in; $RUN /usr/bin/od -t fD -N 16 in
$RUN /usr/bin/comm -12 s1 s2 | wc -l; $RUN /usr/bin/join s2 s3 | head -n 3; $RUN /usr/bin/paste -d, s2 s3 | head -n 2; $RUN /usr/bin/split -l 100 -d in part; $RUN /usr/bin/csplit -s in 50 '/w3/+2'
$RUN /usr/bin/fmt -w 40 in | head -n 3; $RUN /usr/bin/nl -ba -w3 in | sed -n 7,8p; $RUN /usr/bin/pr -t -3 -l 10 s3 | head -n 4; $RUN /usr/bin/fold -w 11 -s in | head -n 3; $RUN /usr/bin/expand in | head -n 1
printf 'a b\nb c\nc d\na d\n' | $RUN /usr/bin/tsort; printf 'a b\nb a\n' | $RUN /usr/bin/tsort; echo $?; $RUN /usr/bin/tac in | head -n 1
