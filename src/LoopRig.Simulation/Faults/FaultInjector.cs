using System.Buffers.Binary;
using LoopRig.Core;

namespace LoopRig.Simulation.Faults;

/// <summary>
/// Between an adapter and its output: passes samples on, or does to them what is planned. Times count from the adapter's first sample, on the rig clock, or on
/// the host times of a source that runs on a clock of its own. The same plan, name and samples give the same faults.
/// </summary>
internal sealed class FaultInjector : IStreamOutput, IDisposable
{
    private readonly IReadOnlyList<StreamDescriptor> _streams;
    private readonly IFaultyOutput _output;
    private readonly StruckStream[] _struck;
    private readonly Lazy<DelayLine> _delays;
    private long _startNs = long.MinValue;

    public FaultInjector(string adapter, IReadOnlyList<StreamDescriptor> own, IReadOnlyList<StreamDescriptor> published, PlannedFault[] faults, IFaultyOutput output)
    {
        _streams = published;
        _output = output;
        _struck = [.. published.Select((s, i) => new StruckStream(s, s.ClockId != own[i].ClockId,
            [.. faults.Where(f => FaultyAdapter.Strikes(f, s.Name)).Select((f, n) => new FaultCourse(f, new SeededRandom((ulong)n, $"fault {adapter} {s.Name}")))]))];
        _delays = new Lazy<DelayLine>(() => new DelayLine(output, adapter));
    }

    /// <inheritdoc/>
    public void Publish(int stream, in FrameHeader header, ReadOnlySpan<byte> payload)
    {
        long nowNs = header.HostTimeNs != 0 ? header.HostTimeNs : RigClock.Now;
        if (_startNs == long.MinValue)
            _startNs = nowNs;
        StruckStream struck = _struck[stream];
        if (struck.Courses.Length == 0)
        {
            _output.Publish(stream, header, payload);
            return;
        }
        FrameHeader sent = header;
        WireFault wire = WireFault.None;
        long dueNs = 0;
        foreach (FaultCourse course in struck.Courses)
        {
            Move(course, stream, nowNs);
            if (course.IsActive && !Apply(course, struck, ref sent, ref payload, ref wire, ref dueNs, nowNs))
            {
                struck.IsBack |= (header.Flags & FrameFlags.NewEpoch) != 0; // an epoch that began unheard is said by the next message
                return;
            }
        }
        payload = struck.OnItsClock(ref sent, payload);
        if (struck.IsBack)
        {
            sent.Flags |= FrameFlags.NewEpoch;
            struck.IsBack = false;
        }
        if (dueNs != 0 || (_delays.IsValueCreated && _delays.Value.HasWaiting(stream)))
            _delays.Value.Send(stream, sent, payload, wire, dueNs);
        else
            _output.Publish(stream, sent, payload, wire);
    }

    /// <inheritdoc/>
    public void Report(int stream, in SourceReport report) => _output.Report(stream, report);

    /// <summary>The adapter has ended: tells of the faults that were under way.</summary>
    public void End()
    {
        for (int stream = 0; stream < _struck.Length; stream++)
        {
            foreach (FaultCourse course in _struck[stream].Courses)
            {
                if (course.IsActive)
                    Tell(course, stream, Math.Min(RigClock.Now, _startNs + course.Fault.EndNs));
            }
        }
    }

    /// <summary>Sends what still waits and ends the thread of the delays.</summary>
    public void Dispose()
    {
        if (_delays.IsValueCreated)
            _delays.Value.Dispose();
    }

    // Into the fault's time, and out of it.
    private void Move(FaultCourse course, int stream, long nowNs)
    {
        PlannedFault fault = course.Fault;
        long atNs = nowNs - _startNs;
        if (!course.HasBegun && atNs >= fault.AtNs)
        {
            course.HasBegun = true;
            course.IsActive = true;
        }
        else if (course.IsActive && atNs >= fault.EndNs)
        {
            course.IsActive = false;
            _struck[stream].IsBack |= fault.Kind == FaultKind.Disconnect;
            Tell(course, stream, _startNs + fault.EndNs);
        }
    }

    /// <summary>False when the message ends here.</summary>
    private static bool Apply(FaultCourse course, StruckStream struck, ref FrameHeader header, ref ReadOnlySpan<byte> payload, ref WireFault wire, ref long dueNs, long nowNs)
    {
        PlannedFault fault = course.Fault;
        switch (fault.Kind)
        {
            case FaultKind.Gap or FaultKind.Disconnect:
                course.Count++;
                return false;
            case FaultKind.Drop or FaultKind.Garbage:
                if (course.Random.Uniform() < fault.Share)
                {
                    course.Count++;
                    wire = fault.Kind == FaultKind.Drop ? WireFault.Lost : WireFault.Damaged;
                }
                break;
            case FaultKind.Freeze:
                course.Count++;
                payload = struck.Freeze(course, header.TimesLength, payload);
                break;
            case FaultKind.Jitter:
                // Delivery in clumps: everything waits for the next release, whose distance is random.
                while (course.ReleaseNs <= nowNs)
                    course.ReleaseNs = Math.Max(course.ReleaseNs, nowNs) + 1 + (long)(course.Random.Uniform() * fault.DelayNs);
                course.Count++;
                dueNs = Math.Max(dueNs, course.ReleaseNs);
                break;
            case FaultKind.ClockReset when course.Count == 0:
                course.Count = 1;
                struck.ResetClock(FirstTime(header, payload));
                break;
        }
        return true;
    }

    private static long FirstTime(in FrameHeader header, ReadOnlySpan<byte> payload) =>
        header.TimesLength > 0 ? BinaryPrimitives.ReadInt64LittleEndian(payload) : header.DeviceTimeNs;

    private void Tell(FaultCourse course, int stream, long endNs)
    {
        PlannedFault fault = course.Fault;
        long startNs = _startNs + fault.AtNs;
        string extent = fault.Kind switch
        {
            FaultKind.Drop => $"{course.Count} message(s) lost on the way",
            FaultKind.Garbage => $"{course.Count} message(s) damaged",
            FaultKind.Gap => $"{course.Count} message(s) withheld",
            FaultKind.Disconnect => $"{course.Count} message(s) withheld, then a new epoch",
            FaultKind.Freeze => $"{course.Count} message(s) of one content",
            FaultKind.Jitter => FormattableString.Invariant($"{course.Count} message(s) held up by at most {fault.DelayNs / 1e6:0} ms"),
            _ => "its clock began again",
        };
        string text = FormattableString.Invariant($"injected into {_streams[stream].Name}: {fault.Kind.Name()}, {(endNs - startNs) / 1e9:0.##} s: {extent}");
        _output.Report(stream, new SourceReport(SourceReportKind.Injected, startNs, Math.Max(startNs, endNs), course.Count, text) { Injected = fault.Kind });
    }
}
