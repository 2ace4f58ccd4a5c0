#!/usr/bin/env python3
"""Makes a torrent with libtorrent, which hashes with one thread: FORMAT PIECE_LENGTH PATH OUTPUT.

Prints the seconds it took without Python's own start; libtorrent's headers and our Boost exclude each other on Debian 12,
so a program of its own is not to be had.
"""
import os
import sys
import time

import libtorrent

begin = time.perf_counter()
form, piece, path, output = sys.argv[1:]
files = libtorrent.file_storage()
libtorrent.add_files(files, path)
flags = {"v1": libtorrent.create_torrent.v1_only, "v2": libtorrent.create_torrent.v2_only, "hybrid": 0}[form]
torrent = libtorrent.create_torrent(files, int(piece), flags=flags)
libtorrent.set_piece_hashes(torrent, os.path.dirname(path))
with open(output, "wb") as file:
    file.write(libtorrent.bencode(torrent.generate()))
print(time.perf_counter() - begin)
