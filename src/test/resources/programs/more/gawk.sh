seq 1 4000 | sed 's/\(.*\)\(.\)$/\1\2,k\2,x\1/' > in
$RUN /usr/bin/gawk -F, '{ s[$2] += $1; n[$2]++ } END { PROCINFO["sorted_in"] = "@ind_str_asc"; for (k in s) printf "%s %d %.3f\n", k, n[k], s[k] / n[k] }' in
$RUN /usr/bin/gawk 'BEGIN { print strftime("%F", 86400 * 365, 1), and(12, 10), gensub(/(b+)/, "<\\1>", "g", "abbcb"), length("\303\251"); n = split("a:b:c", p, ":"); asort(p); print n, p[3]; printf "%c%5.2e|%i\n", 65, 12345.678, 1e15; print substr("hello", 2, 3), index("hello", "l"), tolower("ABC") }'
$RUN /usr/bin/gawk -M 'BEGIN { print 2 ^ 100 }'; echo $?
