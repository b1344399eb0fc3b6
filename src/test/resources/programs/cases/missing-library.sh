# The guest's own dynamic loader says it.
sed s/libc.so.6/libq.so.6/ /bin/true >program
chmod +x program
$RUN ./program; echo $?
rm program
