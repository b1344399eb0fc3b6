"""Runs a command on a pseudo-terminal of 24 x 80: terminal.py EXPECT SEND [EXPECT SEND]... -- COMMAND...
Sends each SEND (with escapes) once EXPECT, a regular expression, has come since the last one. Prints how often each line of text was shown, and the status."""
import codecs, fcntl, os, pty, re, select, signal, struct, sys, termios

at = sys.argv.index("--")
steps = list(zip(sys.argv[1:at:2], sys.argv[2:at:2]))
pid, terminal = pty.fork()
if pid == 0:
    os.environ["TERM"] = "xterm"
    fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    os.execvp(sys.argv[at + 1], sys.argv[at + 1:])
everything = since = b""
while True:
    if not select.select([terminal], [], [], 120 if steps else None)[0]:
        os.kill(pid, signal.SIGKILL)
        break
    try: got = os.read(terminal, 4096)
    except OSError: break
    everything += got
    since += got
    if steps and re.search(steps[0][0].encode(), since):
        os.write(terminal, codecs.decode(steps[0][1], "unicode_escape").encode("latin-1"))
        steps, since = steps[1:], b""
text = re.sub(rb"\x1b(\[[0-9;?>]*[a-zA-Z]|[()][A-Z0-9]|[=>78M])", b"\n", everything)
for line in sorted(set(l.strip() for l in re.split(rb"[\r\n\x08]+", text)) - {b""}): print(line.decode("latin-1"))
print("status", os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), "steps left", len(steps))
