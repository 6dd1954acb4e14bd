namespace LoopRig.Native.Wire;

/// <summary>What <see cref="StreamReceiver.Receive"/> did.</summary>
public enum ReceiveResult
{
    /// <summary>Nothing is waiting.</summary>
    Empty,

    /// <summary>A sample, prediction or event lies in the slot.</summary>
    Message,

    /// <summary>A stream's descriptor came for the first time, or has changed: <see cref="StreamReceiver.Descriptor"/>.</summary>
    Descriptor,

    /// <summary>A message was dealt with that the caller need not see: refused and counted, or a descriptor repeated. Receive again.</summary>
    Passed,
}
