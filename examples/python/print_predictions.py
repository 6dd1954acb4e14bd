#!/usr/bin/env python3
"""Subscribes to LoopRig's predictions and prints them, or counts them.

Needs pyzmq and numpy. Example: print_predictions.py --endpoint tcp://127.0.0.1:5560 --seconds 60 --summary subscriber.json
The summary says how many predictions came, how many are missing by their sequence numbers, how many were the fallback, and percentiles of
the time from a bin's end to the receipt here, in microseconds.
"""

import argparse
import json
import time

import numpy as np
import zmq

import looprig_wire as wire


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--endpoint", default="tcp://127.0.0.1:5560", help="where the predictions are published")
    parser.add_argument("--stream", default="", help="the predictions' stream; default: every stream, predictions picked out by their kind")
    parser.add_argument("--count", type=int, default=0, help="stop after so many predictions")
    parser.add_argument("--seconds", type=float, default=0, help="stop after so many seconds")
    parser.add_argument("--idle", type=float, default=0, help="stop when no prediction came for so many seconds after the first one")
    parser.add_argument("--summary", help="write the summary to this file as JSON")
    parser.add_argument("--quiet", action="store_true", help="print the summary only")
    options = parser.parse_args()

    context = zmq.Context()
    socket = context.socket(zmq.SUB)
    socket.rcvhwm = 0  # this program counts: the publisher's limit decides
    socket.subscribe(wire.topic(options.stream) if options.stream else b"")
    socket.connect(options.endpoint)

    start = time.monotonic()
    last = None
    received = gaps = fallbacks = warm_up = malformed = 0
    expected = None
    latencies = []
    try:
        while not options.count or received < options.count:
            now = time.monotonic()
            if options.seconds and now - start >= options.seconds or options.idle and last is not None and now - last >= options.idle:
                break
            if not socket.poll(100):
                continue
            parts = socket.recv_multipart()
            receipt_ns = time.monotonic_ns()
            try:
                message = wire.unpack(parts)
            except wire.WireError as error:
                malformed += 1
                print(f"refused: {error}")
                continue
            if message.kind != wire.PREDICTION:
                continue
            last = time.monotonic()
            received += 1
            if expected is not None and message.sequence > expected:
                gaps += message.sequence - expected
            expected = message.sequence + 1
            fallbacks += bool(message.flags & wire.FALLBACK)
            warm_up += bool(message.flags & wire.WARM_UP)
            latencies.append((receipt_ns - message.bin_end_ns) / 1e3)
            if not options.quiet:
                marks = "".join(mark for mark, bit in ((" fallback", wire.FALLBACK), (" warm-up", wire.WARM_UP), (" degraded", wire.DEGRADED)) if message.flags & bit)
                mean = float(message.data.mean()) if message.data.size else float("nan")
                print(f"{message.stream} {message.sequence}: {message.data.size} units, mean {mean:.4f}, {latencies[-1] / 1e3:.2f} ms after the bin{marks}", flush=True)
    except KeyboardInterrupt:
        pass

    percentiles = np.percentile(latencies, [50, 99, 99.9, 100]).round(1).tolist() if latencies else [None] * 4
    summary = {"received": received, "gaps": gaps, "fallbacks": fallbacks, "warm_up": warm_up, "malformed": malformed,
               "latency_us": dict(zip(("p50", "p99", "p999", "max"), percentiles))}
    text = json.dumps(summary, indent=2)
    print(text)
    if options.summary:
        with open(options.summary, "w", encoding="utf-8") as file:
            file.write(text + "\n")
    context.destroy(linger=0)


if __name__ == "__main__":
    main()
