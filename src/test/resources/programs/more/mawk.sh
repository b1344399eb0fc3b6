seq 1 6000 > in
$RUN /usr/bin/mawk '{ a[$1 % 7] += $1; if ($1 ~ /9+$/) n++ } END { for (i = 0; i < 7; i++) print i, a[i]; print n; print sin(1), cos(1), exp(1), log(2), int(-3.5), 10 % 3, 2 ^ 0.5; print toupper(substr("patina", 2, 3)); exit 3 }' in; echo $?
