# The limit of descriptors, as the caller sets it and as the program lowers it.
# modes: interpret auto
cat >limits.py <<'END'
import errno, fcntl, os, resource
def attempt(what, f, *args):
    try: print(what, f(*args))
    except OSError as e: print(what, errno.errorcode[e.errno])
print(resource.getrlimit(resource.RLIMIT_NOFILE)[0])
for fd in 103, 200, 999: attempt("dup2", os.dup2, 1, fd); os.close(fd)
attempt("dup2", os.dup2, 1, 1000)
attempt("F_DUPFD", fcntl.fcntl, 1, fcntl.F_DUPFD, 999)
attempt("F_DUPFD", fcntl.fcntl, 1, fcntl.F_DUPFD, 999)
attempt("F_DUPFD", fcntl.fcntl, 1, fcntl.F_DUPFD, 1000)
resource.setrlimit(resource.RLIMIT_NOFILE, (10, 100))
for fd in 3, 4, 5, 6, 7: attempt("dup2", os.dup2, 1, fd)
attempt("open", os.open, "new", os.O_CREAT | os.O_WRONLY)
attempt("pipe", os.pipe)
attempt("dup", os.dup, 1)
attempt("dup", os.dup, 1)
attempt("open", os.open, "other", os.O_CREAT | os.O_WRONLY)
attempt("dup3", os.dup2, 1, 10, False)
os.close(4); os.close(6)
attempt("pipe", os.pipe)
END
cp /bin/ls ls
ulimit -Sn 1000
$RUN ./ls /proc/self/fd
$RUN ./ls /proc/self/fd 2>&-
$RUN ./ls /proc/self/fd 0>&-
$RUN ./ls /proc/self/fd 0>&- 2>&-
$RUN /usr/bin/python3 limits.py
rm limits.py ls
ls
