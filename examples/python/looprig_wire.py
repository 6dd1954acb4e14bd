"""LoopRig's wire format, version 1: pack and unpack messages. Needs numpy; docs/wire-format.md says every byte.

A message has three parts: topic (the stream's name and a NUL), a header of 128 bytes, and the payload.
"""

import json
import struct
import zlib
from dataclasses import dataclass, field

import numpy as np

MAGIC = 0x4749524C  # b"LRIG"
VERSION = 1
HEADER_LENGTH = 128
MAX_RANK = 6
MAX_TOPIC_LENGTH = 128
MAX_PAYLOAD = 64 << 20
DESCRIPTOR_SUFFIX = "/descriptor"

SAMPLES, DESCRIPTOR, PREDICTION, EVENT = 1, 2, 3, 4
NEW_EPOCH, FALLBACK, SAMPLE_TIMES, WARM_UP, DEGRADED = 1, 2, 4, 8, 16
KNOWN_FLAGS = NEW_EPOCH | FALLBACK | SAMPLE_TIMES | WARM_UP | DEGRADED

_DTYPES = {1: "u1", 2: "i1", 3: "<u2", 4: "<i2", 5: "<u4", 6: "<i4", 7: "<i8", 8: "<f2", 9: "<f4", 10: "<f8"}
_NUMBERS = {np.dtype(name): number for number, name in _DTYPES.items()}
_NAMES = {1: "U8", 2: "I8", 3: "U16", 4: "I16", 5: "U32", 6: "I32", 7: "I64", 8: "F16", 9: "F32", 10: "F64"}

# magic, version, kind, dtype, rank, flags, clock, sequence, epoch, payload length, device time, host time,
# bin start, bin end, first input, last input, shape; 20 reserved bytes; the checksum follows.
_HEADER = struct.Struct("<IBBBBIIQIIqqqqQQ6I20x")
assert _HEADER.size == HEADER_LENGTH - 4


class WireError(ValueError):
    """The message is not one of this format, or was damaged."""


@dataclass
class Message:
    """One message. Times are nanoseconds; host and bin times are on the rig clock, time.monotonic_ns()."""

    stream: str
    data: np.ndarray
    kind: int = SAMPLES
    flags: int = 0
    clock: int = 0
    sequence: int = 0
    epoch: int = 0
    device_time_ns: int = 0
    host_time_ns: int = 0
    bin_start_ns: int = 0
    bin_end_ns: int = 0
    first_input: int = 0
    last_input: int = 0
    sample_times_ns: np.ndarray = field(default=None)

    def json(self):
        """The content of a descriptor or an event."""
        return json.loads(self.data.tobytes())


def topic(stream):
    """The first part of a message: the name and a NUL, so that no name is the beginning of another."""
    if not 1 <= len(stream) < MAX_TOPIC_LENGTH or any(not "!" <= c <= "~" for c in stream):
        raise WireError(f"stream name {stream!r}: 1 to {MAX_TOPIC_LENGTH - 1} printable ASCII characters without blanks")
    return stream.encode("ascii") + b"\0"


def dtype_name(dtype):
    """The name of an element type in a descriptor."""
    return _NAMES[_NUMBERS[np.dtype(dtype).newbyteorder("<")]]


def pack(message):
    """The three parts of a message, ready for socket.send_multipart."""
    data = np.ascontiguousarray(message.data)
    if data.ndim != np.ndim(message.data):
        data = data.reshape(np.shape(message.data))  # numpy gives scalars a dimension
    dtype = data.dtype.newbyteorder("<")
    if dtype not in _NUMBERS or data.ndim > MAX_RANK:
        raise WireError(f"no element type for {data.dtype}, or more than {MAX_RANK} dimensions")
    payload = data.astype(dtype, copy=False).tobytes()
    flags = message.flags & ~SAMPLE_TIMES
    if message.sample_times_ns is not None:
        times = np.asarray(message.sample_times_ns, "<i8")
        if data.ndim == 0 or times.shape != data.shape[:1]:
            raise WireError("a block has one time for each of its samples")
        payload = times.tobytes() + payload
        flags |= SAMPLE_TIMES
    if len(payload) > MAX_PAYLOAD:
        raise WireError(f"{len(payload)} bytes are more than a message may hold")
    shape = tuple(data.shape) + (0,) * (MAX_RANK - data.ndim)
    head = _HEADER.pack(MAGIC, VERSION, message.kind, _NUMBERS[dtype], data.ndim, flags, message.clock, message.sequence, message.epoch, len(payload),
                        message.device_time_ns, message.host_time_ns, message.bin_start_ns, message.bin_end_ns, message.first_input, message.last_input, *shape)
    checksum = zlib.crc32(payload, zlib.crc32(head))
    return [topic(message.stream), head + struct.pack("<I", checksum), payload]


def unpack(parts):
    """The message in three received parts. Raises WireError when they are anything else."""
    if len(parts) != 3 or len(parts[1]) != HEADER_LENGTH:
        raise WireError("not three parts with a header of 128 bytes")
    name, head, payload = (bytes(part) for part in parts)
    if not 2 <= len(name) <= MAX_TOPIC_LENGTH or name.find(b"\0") != len(name) - 1:
        raise WireError("the topic is not a name and a NUL")
    (magic, version, kind, dtype, rank, flags, clock, sequence, epoch, length,
     device, host, bin_start, bin_end, first, last, *shape) = _HEADER.unpack(head[:-4])
    if magic != MAGIC or version != VERSION:
        raise WireError("another format or version")
    if not SAMPLES <= kind <= EVENT or dtype not in _DTYPES or rank > MAX_RANK or flags & ~KNOWN_FLAGS:
        raise WireError("unknown kind, element type or flag")
    if length != len(payload) or length > MAX_PAYLOAD:
        raise WireError("the payload is not as long as the header says")
    if zlib.crc32(payload, zlib.crc32(head[:-4])) != struct.unpack("<I", head[-4:])[0]:
        raise WireError("the checksum does not fit")
    shape = shape[:rank]
    times = None
    if flags & SAMPLE_TIMES:
        if rank == 0 or len(payload) < 8 * shape[0]:
            raise WireError("a block without its times")
        times = np.frombuffer(payload, "<i8", shape[0])
        payload = payload[8 * shape[0]:]
    element = np.dtype(_DTYPES[dtype])
    count = 1
    for extent in shape:
        count *= extent
    if count * element.itemsize != len(payload):
        raise WireError("the shape does not fit the payload")
    data = np.frombuffer(payload, element).reshape(shape)
    return Message(name[:-1].decode("latin-1"), data, kind, flags, clock, sequence, epoch, device, host, bin_start, bin_end, first, last, times)


def descriptor(stream, kind, dtype, shape, **more):
    """A stream's descriptor: units, channels, rateHz, clock, clockId, source ... as in docs/wire-format.md."""
    return {"name": stream, "kind": kind, "dType": dtype_name(dtype), "shape": list(shape), **more}


def pack_descriptor(content, host_time_ns):
    """A descriptor as a message on the stream's own descriptor topic."""
    text = np.frombuffer(json.dumps(content).encode(), "u1")
    return pack(Message(content["name"] + DESCRIPTOR_SUFFIX, text, kind=DESCRIPTOR, device_time_ns=host_time_ns, host_time_ns=host_time_ns))
