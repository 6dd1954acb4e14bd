namespace LoopRig.Acquisition;

/// <summary>Where a Harp device keeps its counts.</summary>
public sealed record HarpEncoderOptions
{
    /// <summary>The register whose events carry the count.</summary>
    public required byte Register { get; init; }

    /// <summary>Which of the register's numbers is the count, from 0.</summary>
    public int Element { get; init; }

    /// <summary>What the device's register WhoAmI must say, such as 1216 for a Behavior board; null: whatever it says first.</summary>
    public int? WhoAmI { get; init; }

    /// <summary>Why an event of the register does not hold the count; null if it does.</summary>
    internal string? Fault(in Core.HarpMessage message, int counterBits)
    {
        if (!message.HasTime) return $"the events of register {Register} carry no time";
        if (Element >= message.Count) return $"register {Register} has {message.Count} numbers, and the count is to be number {Element}, counted from 0 (element)";
        int bits = ((int)message.Type & 15) * 8;
        return (message.Type & Core.HarpPayload.Real) == 0 && counterBits > bits ? $"register {Register} counts in {bits} bits, the configuration says {counterBits} (counterBits)" : null;
    }
}
