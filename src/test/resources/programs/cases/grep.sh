seq 1 20000 > in
$RUN /bin/grep -c 7 in; $RUN /bin/grep -n '^1.*99$' in; $RUN /bin/grep -E '(12|34)5+$' in | tail -n 3; $RUN /bin/grep -i NOTHING in; echo $?; $RUN /bin/grep -o 'root[^:]*' /etc/passwd; $RUN /bin/grep -w 77 in
