"""A connection to a server that can be cut and mended."""

import contextlib
import socket
import threading


class Wire:
    """Passes bytes between its own port and a server's port or socket, while it is whole."""

    def __init__(self, target):
        self._target = target
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self._open = []
        self._whole = True
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self):
        """End what is open, and whatever is begun from now on."""
        self._whole = False
        for each in self._open:
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
        self._open.clear()

    def mend(self):
        self._whole = True

    def close(self):
        self.cut()
        self._listener.close()

    def _accept(self):
        while True:
            try:
                here, _ = self._listener.accept()
            except OSError:
                return
            if not self._whole:
                here.close()
                continue
            there = self._reach()
            self._open += [here, there]
            for source, drain in ((here, there), (there, here)):
                threading.Thread(target=_pass_on, args=(source, drain), daemon=True).start()

    def _reach(self):
        if isinstance(self._target, int):
            return socket.create_connection(("127.0.0.1", self._target))
        there = socket.socket(socket.AF_UNIX)
        there.connect(self._target)
        return there


def _pass_on(source, drain):
    with contextlib.suppress(OSError):
        while data := source.recv(65536):
            drain.sendall(data)
    for each in (source, drain):
        with contextlib.suppress(OSError):
            each.shutdown(socket.SHUT_RDWR)
