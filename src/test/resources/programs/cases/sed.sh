seq 1 3000 > in
$RUN /bin/sed -n '100,110p' in; $RUN /bin/sed -e 's/\([0-9]\)\([0-9]\)/\2-\1/g' -e '/5/d' in | tail -n 5; $RUN /bin/sed -i 's/^1/one/' in; head -n 3 in; $RUN /bin/sed 'y/123/abc/;2q' in; $RUN /bin/sed '$!N;P;D' in | wc -l
