using System.Runtime.InteropServices;

namespace LoopRig.Core;

/// <summary>What lies in a slot besides its bytes.</summary>
[StructLayout(LayoutKind.Auto)]
public struct SlotInfo
{
    /// <summary>The index of the stream at the receiver.</summary>
    public int Stream;
    /// <summary>Bytes of the payload in the slot.</summary>
    public int Length;
    /// <summary>When the message was received, ns on the rig clock.</summary>
    public long ReceivedNs;
    /// <summary>The message's header.</summary>
    public FrameHeader Header;
}

/// <summary>
/// A ring of slots between one producing and one consuming thread, built once. A slot is the producer's between <see cref="TryClaim"/> and
/// <see cref="Publish"/>, the consumer's between <see cref="TryPeek"/> and <see cref="Advance"/>; ownership is a sequence number, so nothing is rented or
/// returned. When the ring is full the newest item is dropped and counted: a slow consumer never stalls acquisition.
/// </summary>
public sealed class SlotRing
{
    private readonly byte[] _bytes;
    private readonly SlotInfo[] _infos;
    private readonly int _slotBytes;
    private readonly int _mask;
    private PaddedSequence _produced;
    private PaddedSequence _consumed;
    private long _dropped;

    /// <summary>Builds the slots.</summary>
    /// <param name="capacity">How many slots, rounded up to a power of two.</param>
    /// <param name="slotBytes">The largest payload of a slot.</param>
    public SlotRing(int capacity, int slotBytes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 2);
        var slots = (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)capacity);
        _mask = slots - 1;
        _slotBytes = slotBytes;
        // Pinned: receivers let native code write into the slots.
        _bytes = GC.AllocateArray<byte>(checked(slots * slotBytes), pinned: true);
        _infos = new SlotInfo[slots];
    }

    /// <summary>How many slots there are.</summary>
    public int Capacity => _mask + 1;

    /// <summary>The largest payload of a slot, bytes.</summary>
    public int SlotBytes => _slotBytes;

    /// <summary>How many slots are filled now.</summary>
    public int Count => (int)(_produced.Read() - _consumed.Read());

    /// <summary>Items that found no free slot.</summary>
    public long Dropped => Volatile.Read(ref _dropped);

    /// <summary>Producer: lends the next free slot; false (and counted) when the ring is full.</summary>
    public bool TryClaim(out Span<byte> slot)
    {
        var next = _produced.Own();
        if (next - _consumed.Read() > _mask)
        {
            Volatile.Write(ref _dropped, _dropped + 1);
            slot = default;
            return false;
        }
        slot = _bytes.AsSpan((int)(next & _mask) * _slotBytes, _slotBytes);
        return true;
    }

    /// <summary>Producer: hands the claimed slot to the consumer.</summary>
    public void Publish(in SlotInfo info)
    {
        var next = _produced.Own();
        _infos[next & _mask] = info;
        _produced.Write(next + 1);
    }

    /// <summary>Consumer: lends the oldest filled slot; false when there is none. The spans end with <see cref="Advance"/>.</summary>
    public bool TryPeek(out SlotInfo info, out ReadOnlySpan<byte> payload)
    {
        var next = _consumed.Own();
        if (next == _produced.Read())
        {
            info = default;
            payload = default;
            return false;
        }
        info = _infos[next & _mask];
        payload = _bytes.AsSpan((int)(next & _mask) * _slotBytes, info.Length);
        return true;
    }

    /// <summary>Consumer: gives the slot that <see cref="TryPeek"/> lent back to the producer.</summary>
    public void Advance() => _consumed.Write(_consumed.Own() + 1);
}
