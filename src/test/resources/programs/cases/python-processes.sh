# Processes and threads of Python: subprocess, os.fork, threading, multiprocessing by fork and by spawn.
cat >processes.py <<'EOF'
import concurrent.futures, multiprocessing, os, queue, select, signal, subprocess, sys, threading

def square(n): return n * n

def fill(q): q.put(7)

if __name__ == "__main__":
    print(subprocess.run(["cat"], input=b"through cat", capture_output=True).stdout)
    print(subprocess.run("echo $X; exit 3", shell=True, env={"X": "set"}, capture_output=True))
    print(subprocess.check_output(["sort", "-r"], input="a\nb\nc\n", text=True).split())
    try: subprocess.run(["sleep", "100"], timeout=0.1)
    except subprocess.TimeoutExpired as e: print(e.cmd)
    try: subprocess.run(["/nonexistent"])
    except FileNotFoundError as e: print(e)
    p = subprocess.Popen(["sleep", "100"], start_new_session=True); print(os.getsid(p.pid) == p.pid); os.killpg(p.pid, signal.SIGTERM); print(p.wait())
    r, w = os.pipe(); pid = os.fork()
    if pid == 0: os.write(w, b"from the child"); os._exit(4)
    print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), os.read(r, 100))
    total, lock, q = 0, threading.Lock(), queue.Queue()
    def work():
        global total
        for i in range(500):
            with lock: total += 1
        q.put(total > 0)
    threads = [threading.Thread(target=work) for _ in range(6)]
    for t in threads: t.start()
    for t in threads: t.join()
    print(total, q.qsize())
    with concurrent.futures.ThreadPoolExecutor(3) as e: print(list(e.map(square, range(10))))
    for method in sys.argv[1:]:
        context = multiprocessing.get_context(method)
        if method == "fork":
            with context.Pool(2) as pool: print(pool.map(square, range(10)))
        q = context.Queue(); p = context.Process(target=fill, args=(q,)); p.start(); print(q.get()); p.join(); print(p.exitcode)
EOF
$RUN /usr/bin/python3 processes.py fork spawn; echo $?
rm processes.py
