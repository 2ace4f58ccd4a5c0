"""A disk that forgets what was not synced, played from what the real program asked of it.

strace writes down every system call of a run. Replayed here over the state from before the run, up to any call, they
give what the file system held at that moment: what is durable, and what was only on its way. After a loss of power the
second part is kept or forgotten at random, each directory and each file for itself, as POSIX allows: names without a
sync of their directory, bytes without a sync of their file, a rename between two directories as two changes. A write
may also be torn in its middle. Modes and times are simply kept.
"""
import os
import pathlib
import re
import shutil
import subprocess

CALLS = ("openat,openat2,open,close,write,pwrite64,pwritev,writev,ftruncate,fallocate,copy_file_range,ioctl,rename,"
         "renameat,renameat2,link,linkat,unlink,unlinkat,rmdir,mkdir,mkdirat,symlink,symlinkat,fsync,fdatasync,syncfs,"
         "sync,utimensat,fchmod,fchmodat,chmod")


class File:
    def __init__(self, data=b"", mode=0o644, time=0):
        self.mode, self.time = mode, time
        self.durable = bytearray(data)
        self.pending = []  # ("write", offset, data) or ("cut", size)

    def apply(self, data, operations):
        for kind, *what in operations:
            if kind == "cut":
                size, = what
                data[size:] = b"\0" * max(0, size - len(data)) if size > len(data) else b""
            else:
                offset, new = what
                if offset > len(data):
                    data.extend(b"\0" * (offset - len(data)))
                data[offset:offset + len(new)] = new
        return data

    def sync(self):
        self.apply(self.durable, self.pending)
        self.pending.clear()

    def size(self):
        return len(self.apply(bytearray(self.durable), self.pending))

    def after_loss(self, chance):
        kept = self.pending[:chance.randint(0, len(self.pending))]
        # Pages reach the disk in any order.
        kept = [step for step in kept if chance.random() < 0.8]
        if kept and kept[-1][0] == "write" and chance.random() < 0.5:
            kind, offset, data = kept[-1]
            kept[-1] = (kind, offset, data[:chance.randint(0, len(data))])
        return bytes(self.apply(bytearray(self.durable), kept))


class Link:
    def __init__(self, target):
        self.target = target


class Directory:
    def __init__(self):
        self.names = {}    # as a running program sees it
        self.durable = {}
        self.pending = []  # (name, what it means from then on, or None)

    def set(self, name, node):
        self.pending.append([(name, node)])
        self.change(name, node)

    def change(self, name, node):
        if node is None:
            self.names.pop(name, None)
        else:
            self.names[name] = node

    def swap(self, changes):
        """Changes of one directory that happen at once, such as a rename within it."""
        self.pending.append(changes)
        for name, node in changes:
            self.change(name, node)

    def sync(self):
        self.durable = dict(self.names)
        self.pending.clear()

    def after_loss(self, chance):
        names = dict(self.durable)
        for changes in self.pending[:chance.randint(0, len(self.pending))]:
            for name, node in changes:
                if node is None:
                    names.pop(name, None)
                else:
                    names[name] = node
        return names


class Disk:
    """The folder under test, held in memory."""

    def __init__(self, root):
        self.root = os.path.normpath(os.fsencode(root))
        self.tree = self.load(self.root)

    def load(self, path):
        inodes = {}

        def walk(at):
            made = Directory()
            for item in os.scandir(at):
                if item.is_symlink():
                    node = Link(os.readlink(item.path))
                elif item.is_dir():
                    node = walk(item.path)
                elif item.is_file():
                    inode = item.inode()
                    if inode not in inodes:
                        with open(item.path, "rb") as file:
                            inodes[inode] = File(file.read(), item.stat().st_mode & 0o777, item.stat().st_mtime_ns)
                    node = inodes[inode]
                else:
                    continue
                made.names[item.name] = node
            made.durable = dict(made.names)
            return made
        return walk(path)

    def place(self, path):
        """The directory and last name of an absolute path, or nothing when it lies elsewhere."""
        path = os.path.normpath(path)
        if path == self.root:
            return None, b""
        if not path.startswith(self.root + b"/"):
            return None
        parts = path[len(self.root) + 1:].split(b"/")
        at = self.tree
        for part in parts[:-1]:
            at = at.names.get(part) if isinstance(at, Directory) else None
            if at is None:
                return None
        return at, parts[-1]

    def node(self, path):
        place = self.place(path)
        if place is None:
            return None
        return self.tree if place[0] is None else place[0].names.get(place[1])

    def all_nodes(self):
        seen, open_nodes = {}, [self.tree]
        while open_nodes:
            node = open_nodes.pop()
            if id(node) in seen:
                continue
            seen[id(node)] = node
            if isinstance(node, Directory):
                open_nodes += list(node.names.values()) + list(node.durable.values())
        return seen.values()

    def sync_all(self, unlinked):
        for node in list(self.all_nodes()) + unlinked:
            if not isinstance(node, Link):
                node.sync()

    def write_after_loss(self, target, chance):
        """Puts what would be found after a loss of power into a new folder."""
        written = {}

        def put(names, at):
            os.makedirs(at, exist_ok=True)
            for name, node in names.items():
                path = os.path.join(at, name)
                if isinstance(node, Directory):
                    put(node.after_loss(chance), path)
                elif isinstance(node, Link):
                    os.symlink(node.target, path)
                elif id(node) in written:
                    os.link(written[id(node)], path)
                else:
                    with open(path, "wb") as file:
                        file.write(node.after_loss(chance))
                    os.chmod(path, node.mode)
                    os.utime(path, ns=(node.time, node.time))
                    written[id(node)] = path
        put(self.tree.after_loss(chance), os.fsencode(target))


LINE = re.compile(rb"^(\d+) +(\w+)\((.*)\) += (-?\d+)(?:<(.*?)>)?(?: .*)?$", re.S)
STRING = re.compile(rb'"((?:\\x[0-9a-f]{2})*)"(\.\.\.)?')
FD = re.compile(rb"(?:AT_FDCWD|\d+)<((?:\\x[0-9a-f]{2}|[^>\\])*)>")


def plain(text):
    """strace's \\x.. escapes."""
    return re.sub(rb"\\x([0-9a-f]{2})", lambda m: bytes([int(m.group(1), 16)]), text)


class Trace:
    """A run's system calls, applied to a Disk one by one."""

    def __init__(self, log, disk):
        self.disk = disk
        self.open_files = {}  # (process, descriptor) -> [node, offset]; threads share them
        self.steps = [step for step in (self.parse(line) for line in self.join(log)) if step]

    @staticmethod
    def join(log):
        """Calls that another thread interrupted stand on two lines."""
        unfinished = {}
        for line in pathlib.Path(log).read_bytes().split(b"\n"):
            process = line.split(b" ", 1)[0]
            if line.endswith(b"<unfinished ...>"):
                unfinished[process] = line[:-len(b"<unfinished ...>")].rstrip()
            elif b"resumed>" in line and process in unfinished:
                yield unfinished.pop(process) + line.split(b"resumed>", 1)[1].lstrip()
            else:
                yield line

    @staticmethod
    def parse(line):
        found = LINE.match(line)
        if not found or int(found.group(4)) < 0:
            return None
        _, call, arguments, answer, _ = found.groups()
        assert b'"...' not in arguments, "strace cut a string short"
        return call.decode(), arguments, int(answer)

    def path(self, folder, name):
        name = plain(name)
        if folder is None or name.startswith(b"/"):
            return name
        return os.path.join(plain(folder), name)

    def apply(self, step):
        call, arguments, answer = step
        handler = getattr(self, "on_" + call, None)
        if handler:
            handler(arguments, answer)

    def names(self, arguments):
        """Each string of a call with the folder before it."""
        folders = [match for match in FD.finditer(arguments)]
        for match in STRING.finditer(arguments):
            before = [folder for folder in folders if folder.end() <= match.start()]
            close = before and arguments[before[-1].end():match.start()].strip() == b","
            yield self.path(before[-1].group(1) if close else None, match.group(1))

    def on_openat(self, arguments, answer):
        path, = self.names(arguments)
        if b"/proc/self/fd/" in path:
            return
        place = self.disk.place(path)
        if place is None:
            return
        node = self.disk.node(path)
        if node is None and b"O_CREAT" in arguments:
            node = File()
            place[0].set(place[1], node)
        if isinstance(node, File) and b"O_TRUNC" in arguments:
            node.pending.append(("cut", 0))
        self.open_files[answer] = [node, 0]

    on_openat2 = on_open = on_openat

    def on_close(self, arguments, _):
        self.open_files.pop(int(re.match(rb"\d+", arguments).group()), None)

    def opened(self, arguments):
        return self.open_files.get(int(re.match(rb"\d+", arguments).group()), [None, 0])

    def on_write(self, arguments, answer):
        entry = self.opened(arguments)
        if isinstance(entry[0], File):
            data = plain(STRING.search(arguments).group(1))[:answer]
            entry[0].pending.append(("write", entry[1], data))
            entry[1] += answer

    def on_pwrite64(self, arguments, answer):
        node, _ = self.opened(arguments)
        if isinstance(node, File):
            offset = int(arguments.rsplit(b",", 1)[1])
            node.pending.append(("write", offset, plain(STRING.search(arguments).group(1))[:answer]))

    def on_ftruncate(self, arguments, _):
        node, _ = self.opened(arguments)
        if isinstance(node, File):
            node.pending.append(("cut", int(arguments.rsplit(b",", 1)[1], 0)))

    def on_copy_file_range(self, arguments, answer):
        words = [int(number) for number in re.findall(rb"(?:^|, )(\d+)<", arguments)]
        source, target = (self.open_files.get(word, [None, 0]) for word in words[:2])
        if isinstance(target[0], File) and answer:
            data = bytes(source[0].apply(bytearray(source[0].durable), source[0].pending))
            target[0].pending.append(("write", target[1], data[source[1]:source[1] + answer]))
            source[1] += answer
            target[1] += answer

    def move(self, old, new, flags=b""):
        source, target = self.disk.place(old), self.disk.place(new)
        if source is None or target is None:
            return
        moved, other = source[0].names.get(source[1]), target[0].names.get(target[1])
        left = other if b"RENAME_EXCHANGE" in flags else None
        if moved is other and left is None:
            return
        if source[0] is target[0]:
            source[0].swap([(source[1], left), (target[1], moved)])
        else:
            target[0].set(target[1], moved)
            source[0].set(source[1], left)

    def on_renameat2(self, arguments, _):
        old, new = self.names(arguments)
        self.move(old, new, arguments)

    on_rename = on_renameat = on_renameat2

    def on_linkat(self, arguments, _):
        old, new = self.names(arguments)
        node, target = self.disk.node(old), self.disk.place(new)
        if node is not None and target is not None:
            target[0].set(target[1], node)

    on_link = on_linkat

    def on_unlinkat(self, arguments, _):
        path, = self.names(arguments)
        place = self.disk.place(path)
        if place and place[0] is not None:
            place[0].set(place[1], None)

    on_unlink = on_rmdir = on_unlinkat

    def on_mkdirat(self, arguments, _):
        path, = self.names(arguments)
        place = self.disk.place(path)
        if place and place[0] is not None:
            place[0].set(place[1], Directory())

    on_mkdir = on_mkdirat

    def on_symlinkat(self, arguments, _):
        target = plain(STRING.search(arguments).group(1))
        path = list(self.names(arguments))[-1]
        place = self.disk.place(path)
        if place:
            place[0].set(place[1], Link(target))

    on_symlink = on_symlinkat

    def named(self, arguments):
        path = next(self.names(arguments), None)
        return self.disk.node(path) if path else self.opened(arguments)[0]

    def on_fchmodat(self, arguments, _):
        node = self.named(arguments)
        if isinstance(node, File):
            node.mode = int(re.search(rb", (0\d*)", arguments).group(1), 8)

    on_fchmod = on_chmod = on_fchmodat

    def on_utimensat(self, arguments, _):
        node = self.named(arguments)
        if isinstance(node, File):
            seconds, nanoseconds = re.findall(rb"tv_sec=(-?\d+), tv_nsec=(\d+)", arguments)[-1]
            node.time = int(seconds) * 10**9 + int(nanoseconds)

    def on_fsync(self, arguments, _):
        node, _ = self.opened(arguments)
        if node is not None and not isinstance(node, Link):
            node.sync()

    on_fdatasync = on_fsync

    def on_syncfs(self, _, __):
        self.disk.sync_all([entry[0] for entry in self.open_files.values() if isinstance(entry[0], File)])

    on_sync = on_syncfs


def record(command, log, **options):
    """Runs a command and writes down what it asks of the disk."""
    return subprocess.run(["strace", "-f", "-y", "-xx", "-s", "16777216", "-e", "trace=" + CALLS, "-e", "signal=none",
                           "-o", log, *command], capture_output=True, text=True, **options)


def lose_power(disk, target, chance):
    shutil.rmtree(target, ignore_errors=True)
    disk.write_after_loss(target, chance)
    # The shared memory of the catalogue is no file that anybody reads after a boot.
    for name in pathlib.Path(target).glob("*-shm"):
        name.unlink()
