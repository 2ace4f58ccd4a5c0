#!/usr/bin/env python3
"""Runs the catalogue's measurements, three rounds of them on fresh stores, and prints the medians as a table."""
import json
import pathlib
import statistics
import subprocess
import sys
import tempfile

STEPS = ["first", "same", "changed", "find", "folder"]
AIMS = {"first": 8, "same": 2, "changed": 2, "find": 10}
ROUNDS = 3


def measure(program, store, step):
    done = subprocess.run([program, store, step], check=True, capture_output=True, text=True)
    return json.loads(done.stdout)


def main():
    program = pathlib.Path(sys.argv[1]).resolve()
    results = {step: [] for step in STEPS}
    for _ in range(ROUNDS):
        with tempfile.TemporaryDirectory(prefix="mirrorseed-bench-") as folder:
            for step in STEPS:
                results[step].append(measure(program, folder + "/store", step))
    print("| a tree of 1,000,000 entries in 50,000 folders | median | aim | peak memory |")
    print("| --- | ---: | ---: | ---: |")
    for step, rows in results.items():
        value = statistics.median(row["value"] for row in rows)
        memory = max(row["peak_mib"] for row in rows)
        unit = rows[0]["unit"]
        aim = f"< {AIMS[step]} {unit}" if step in AIMS else ""
        print(f"| {rows[0]['what']} | {value:.2f} {unit} | {aim} | {memory} MiB |")


if __name__ == "__main__":
    main()
