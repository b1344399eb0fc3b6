# Regular expressions that are compiled to machine code, in memory that stays writable.
awk 'BEGIN { split("error warning user 10.0.0.1 192.168.1.77 2024-05-17 foo(bar) café abcabc GET /index.html ok", w); for (i = 0; i < 4000; i++) {
    s = i; for (j = 0; j < 8; j++) { r = (r * 75 + 74) % 65537; s = s " " w[r % 12 + 1] } print s } }' >text
$RUN /usr/bin/pcre2grep -c '(\d+)\.(\d+)\.\1' text
$RUN /usr/bin/pcre2grep -n '^(?<n>\d+)\s(?:\w+\s)?(?<w>error|ok)\b.*\k<w>$' text
$RUN /usr/bin/pcre2grep -u -io 'CAFÉ\s\S+' text | sort | uniq -c
$RUN /bin/grep -nP '(?<=user )\d{4}-\d\d-\d\d.*(abc){2}' text
$RUN /bin/grep -oP 'foo\(\K[a-z]+(?=\) 10)' text
$RUN /bin/grep -P '(unclosed' text; echo $?
