$RUN /usr/bin/luajit $RESOURCES/jit.lua; echo $?
$RUN /usr/bin/luajit -joff $RESOURCES/jit.lua; echo $?
