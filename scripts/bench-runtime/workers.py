"""Starts workers on one socket, as systemd starts koa@1 and the rest: descriptor 3, LISTEN_FDS, LISTEN_PID.

    workers.py COUNT unix:PATH|tcp:PORT PROGRAM ARGUMENT...

Node can't: a server that it opens for others accepts connections itself. Ends, and ends the workers, on SIGTERM.
"""

import os
import signal
import socket
import sys

count, place, program = int(sys.argv[1]), sys.argv[2], sys.argv[3:]
kind, where = place.split(":", 1)
if kind == "unix":
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(where)
    # nginx's workers run as another user.
    os.chmod(where, 0o666)
else:
    listener = socket.socket(socket.AF_INET)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(("127.0.0.1", int(where)))
listener.listen(4096)

workers = []
for number in range(1, count + 1):
    worker = os.fork()
    if worker == 0:
        os.dup2(listener.fileno(), 3)
        # dup2 of 3 to itself changes nothing, and Python closes what it opens at exec.
        os.set_inheritable(3, True)
        os.environ.update(LISTEN_FDS="1", LISTEN_PID=str(os.getpid()), WORKER=str(number))
        os.execv(program[0], program)
    workers.append(worker)


def end(_signal, _frame):
    for worker in workers:
        os.kill(worker, signal.SIGTERM)


signal.signal(signal.SIGTERM, end)
for worker in workers:
    os.waitpid(worker, 0)
