$RUN /usr/bin/python3 -c 'import sys; sys.stderr.write("to stderr\n"); sys.exit(5)'; echo $?
$RUN /usr/bin/python3 -c 'print(1/0)'; echo $?
echo 'print(input()[::-1])' > p.py; echo hello | $RUN /usr/bin/python3 p.py
