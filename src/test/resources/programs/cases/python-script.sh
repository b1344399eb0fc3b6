$RUN /usr/bin/python3 $RESOURCES/script.py 40; echo $?
