seq 1 200 | sed 's/$/ line/' > in
export LESSHISTFILE=-
$RUN /usr/bin/less in | tail -n 1
python3 $RESOURCES/terminal.py '23 line' ' ' '46 line' '/150\r' '151 line' 'G' 'END' 'q' -- $RUN /usr/bin/less in
