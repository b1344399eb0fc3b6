# Signals that the caller ignores or blocks, and the limit of a file's size.
# modes: interpret auto
(trap '' PIPE; $RUN /usr/bin/yes 2>err) | head -n 1
cat err
$RUN /usr/bin/yes 2>err | head -n 1
cat err
(trap '' USR1; $RUN /usr/bin/python3 -c 'import signal; print([s.name for s in signal.Signals if signal.getsignal(s) == signal.SIG_IGN])')
/usr/bin/python3 -c 'import os, signal, sys; signal.pthread_sigmask(signal.SIG_BLOCK, {10, 14, 23}); os.execvp(sys.argv[1], sys.argv[1:])' \
    $RUN /usr/bin/python3 -c 'import os, signal; os.kill(os.getpid(), 10); print(signal.pthread_sigmask(signal.SIG_BLOCK, {}), signal.sigpending())'
(ulimit -f 16; $RUN /bin/dd if=/dev/zero of=big bs=1k count=100; echo $?) 2>/dev/null
(trap '' XFSZ; ulimit -f 16; $RUN /bin/dd if=/dev/zero of=big bs=1k count=100; echo $?) 2>/dev/null
