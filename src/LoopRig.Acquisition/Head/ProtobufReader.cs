namespace LoopRig.Acquisition;

/// <summary>Walks over the fields of a protobuf message (protobuf.dev, "Encoding"). Never throws and never reads past the end, whatever came in.</summary>
internal ref struct ProtobufReader(ReadOnlySpan<byte> message)
{
    private ReadOnlySpan<byte> _rest = message;

    /// <summary>Whether all that was read so far was a field.</summary>
    internal bool IsSound { get; private set; } = true;

    /// <summary>The next field and its bytes (of a varint: as they are encoded); false at the end, or where the bytes are no field.</summary>
    internal bool TryNext(out int field, out ReadOnlySpan<byte> body)
    {
        field = 0;
        body = default;
        if (_rest.IsEmpty) return false;
        IsSound = TryVarint(out ulong key) && TryLength((int)(key & 7), out int length) && Take(length, out body);
        field = (int)Math.Min(key >> 3, int.MaxValue);
        return IsSound;
    }

    private bool TryLength(int wireType, out int length)
    {
        length = -1;
        switch (wireType)
        {
            case 0:
                int end = _rest.IndexOfAnyInRange((byte)0, (byte)127);
                length = end is >= 0 and < 10 ? end + 1 : -1;
                break;
            case 1:
                length = 8;
                break;
            case 2:
                if (TryVarint(out ulong value) && value <= (ulong)_rest.Length) length = (int)value;
                break;
            case 5:
                length = 4;
                break;
        }

        return length >= 0;
    }

    private bool TryVarint(out ulong value)
    {
        value = 0;
        for (int i = 0; i < 10 && i < _rest.Length; i++)
        {
            value |= (ulong)(_rest[i] & 127) << (7 * i);
            if (_rest[i] < 128)
            {
                _rest = _rest[(i + 1)..];
                return true;
            }
        }

        return false;
    }

    private bool Take(int length, out ReadOnlySpan<byte> body)
    {
        body = default;
        if (length > _rest.Length) return false;
        body = _rest[..length];
        _rest = _rest[length..];
        return true;
    }
}
