#!/usr/bin/env python3
"""Stands in for a camera: publishes grey frames in LoopRig's wire format, and the stream's descriptor every second.

The frames are a drifting pattern, or come from a .npy file of shape (frames, H, W) and type uint8, repeated with a new epoch each time.
Needs pyzmq and numpy. Example: publish_camera.py --endpoint tcp://127.0.0.1:5601 --stream worldcam --rate 62.5 --size 60x80
"""

import argparse
import time

import numpy as np
import zmq

import looprig_wire as wire


def pattern(height, width):
    """Endless frames of a drifting grating, 0 to 255."""
    y, x = np.mgrid[0:height, 0:width]
    step = 0
    while True:
        yield np.round(127.5 * (1 + np.sin(2 * np.pi * (x / 20 + y / 50) - step / 8))).astype(np.uint8)
        step += 1


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--endpoint", default="tcp://127.0.0.1:5601", help="where to bind the publisher")
    parser.add_argument("--record", help="endpoint of the recorder (tcp://127.0.0.1:5561 by default), to push every message there too")
    parser.add_argument("--stream", default="worldcam")
    parser.add_argument("--rate", type=float, default=30.0, help="frames per second")
    parser.add_argument("--size", default="60x80", help="HEIGHTxWIDTH of the pattern")
    parser.add_argument("--frames", help=".npy file to play instead of the pattern")
    parser.add_argument("--count", type=int, default=0, help="stop after so many frames; 0: never")
    options = parser.parse_args()

    movie = None
    if options.frames:
        movie = np.load(options.frames, mmap_mode="r")
        if movie.ndim != 3 or movie.dtype != np.uint8:
            parser.error(f"{options.frames}: (frames, H, W) of uint8 is needed, not {movie.shape} of {movie.dtype}")
        height, width = movie.shape[1:]
    else:
        height, width = (int(n) for n in options.size.split("x"))
        frames = pattern(height, width)

    context = zmq.Context()
    sockets = [context.socket(zmq.PUB)]
    sockets[0].sndhwm = max(1, int(2 * options.rate))  # 2 s; a slower subscriber sees a gap in the sequence
    sockets[0].bind(options.endpoint)
    if options.record:
        push = context.socket(zmq.PUSH)
        push.sndhwm = max(1, int(2 * options.rate))
        push.sndtimeo = 2000  # the recorder must keep up: back-pressure, then an error
        push.linger = 2000
        push.connect(options.record)
        sockets.append(push)

    content = wire.descriptor(options.stream, "Image", np.uint8, (height, width), rateHz=options.rate, units=["grey"],
                              source=f"publish_camera.py {options.frames or 'pattern'}")
    start = time.monotonic_ns()
    described = start - 10**9
    sequence = 0
    epoch = int(time.time())  # another one at each start: a camera that was started again is no replay of itself
    try:
        while not options.count or sequence < options.count:
            due = start + int(sequence * 1e9 / options.rate)
            time.sleep(max(0, due - time.monotonic_ns()) / 1e9)
            now = time.monotonic_ns()
            if now - described >= 10**9:
                described = now
                for socket in sockets:
                    socket.send_multipart(wire.pack_descriptor(content, now))
            flags = 0 if sequence else wire.NEW_EPOCH
            if movie is None:
                frame = next(frames)
            else:
                frame = movie[sequence % len(movie)]
                if sequence and sequence % len(movie) == 0:
                    epoch, flags = epoch + 1, wire.NEW_EPOCH
            parts = wire.pack(wire.Message(options.stream, frame, flags=flags, sequence=sequence, epoch=epoch, device_time_ns=now, host_time_ns=now))
            for socket in sockets:
                socket.send_multipart(parts)
            sequence += 1
    except KeyboardInterrupt:
        pass
    print(f"{sequence} frames published")
    context.destroy(linger=2000)


if __name__ == "__main__":
    main()
