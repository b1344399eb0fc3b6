seq 1 10 > in
python3 $RESOURCES/terminal.py 'GNU nano|10' 'hello ' 'hello' '\x0f' 'Write' '\r' 'Wrote' '\x18' -- $RUN /usr/bin/nano -I in; cat in
