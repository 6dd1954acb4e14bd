using Xunit;

namespace LoopRig.Core.Tests.Time;

public sealed class ClockModelTests
{
    private const double Ms = 1e6;
    private const double Second = 1e9;

    [Theory]
    [InlineData(50)]
    [InlineData(-50)]
    [InlineData(300)]
    [InlineData(-5000)] // an RC oscillator
    public void Run_OfADriftingClockOverAnHour_StaysWithinHalfAMillisecondAndFindsTheDrift(double driftPpm)
    {
        var device = Device(driftPpm, shows: 77e9);
        device.Run(0, 10);
        Assert.InRange(device.Run(10, 3600), 0, 0.5 * Ms);
        var fit = device.Clock.Device!.Fit;
        Assert.Equal(1e6 * (1 / (1 + driftPpm * 1e-6) - 1), fit.DriftPpm, 3.0);
        Assert.Equal((0L, 0L, 360_000L), (fit.Resets, fit.Outliers, fit.Observations + 99)); // fitted at the start of the last second
        Assert.Equal(0, fit.FittedNs % RigClock.SecondNs);
    }

    [Fact]
    public void Send_OfTheFirstSamples_StatesAnUncertaintyThatCoversThemAndShrinks()
    {
        var uncovered = 0;
        for (var seed = 0; seed < 200; seed++)
        {
            var device = Device(50, seed: seed);
            var before = double.PositiveInfinity;
            for (var i = 0; i < 100; i++)
            {
                var error = Math.Abs(device.Send(i * 10 * Ms));
                var stated = device.Clock.UncertaintyNs(device.Shows(i * 10 * Ms));
                uncovered += error > stated ? 1 : 0;
                if (i is 0 or 9 or 99)
                {
                    Assert.InRange(stated, 0, before);
                    before = stated;
                }
            }
            Assert.InRange(before, 0, 1 * Ms);
        }
        Assert.InRange(uncovered, 0, 200 * 100 / 10); // while the delays are not known yet, 9 in 10
    }

    [Theory]
    [InlineData(0)]          // started again from 0
    [InlineData(400e9)]      // set forward
    [InlineData(99.93e9)]    // went back by 70 ms
    [InlineData(100.02e9)]   // forward by 20 ms
    public void Send_AfterAnUnannouncedJump_IsRightAtOnceAndCountsOneReset(double shows)
    {
        var device = Device(40);
        device.Run(0, 100);
        device.Jump(100 * Second, shows);
        var first = Math.Abs(device.Send(100 * Second));
        Assert.InRange(first, 0, device.Clock.UncertaintyNs(device.Shows(100 * Second)) + 20 * Ms); // late by its own delay at most
        device.Run(100.01, 100.5);
        Assert.InRange(device.Run(100.5, 200), 0, 1 * Ms);
        var fit = device.Clock.Device!.Fit;
        Assert.Equal((1L, 0L), (fit.Resets, fit.Outliers));
        Assert.InRange(fit.LastResetNs, 100 * Second, 100 * Second + 40 * Ms);
        Assert.InRange(fit.LastJumpNs, 100.004 * Second - shows - 10 * Ms, 100.004 * Second - shows + 60 * Ms);
        Assert.Equal(-40, fit.DriftPpm, 3.0);
    }

    [Fact]
    public void Send_AfterTheClockStoodStillForAWhile_ResetsWithinThreeSeconds()
    {
        var device = Device(0);
        device.Run(0, 60);
        device.Jump(60.3 * Second, device.Shows(60 * Second)); // it goes on from where it stood: late, but never back
        device.Run(60.3, 63.3);
        Assert.InRange(device.Run(63.3, 90), 0, 1 * Ms);
        Assert.Equal(1, device.Clock.Device!.Fit.Resets);
    }

    [Fact]
    public void Send_OfAStallOfTheHost_IsNoResetAndMovesNothing()
    {
        var device = Device(50);
        device.Run(0, 30);
        for (var i = 0; i < 300; i++)
        {
            var error = device.Send(30 * Second + i * 10 * Ms, Math.Max(0, 2500 * Ms - i * 10 * Ms)); // all of 2.5 s arrives at once
            Assert.InRange(Math.Abs(error), 0, 0.5 * Ms);
        }
        Assert.Equal((0L, 0L), (device.Clock.Device!.Fit.Resets, device.Clock.Device!.Fit.Outliers));
    }

    [Fact]
    public void Send_WhileTheHostIsBusyForHalfAMinute_IsNoResetAndIsAdmitted()
    {
        var device = Device(50);
        device.Run(0, 100);
        var uncovered = 0;
        for (var i = 0; i < 6000; i++)
        {
            var at = 100 * Second + i * 10 * Ms;
            var error = Math.Abs(device.Send(at, i < 3000 ? 8 * Ms : 0)); // no message takes less than 8 ms now, and nobody can tell that from a clock
            uncovered += i is (>= 600 and < 1900) or >= 3100 && error > device.Clock.UncertaintyNs(device.Shows(at)) ? 1 : 0;
            Assert.InRange(error, 0, 8.5 * Ms);
        }
        Assert.Equal(0, device.Clock.Device!.Fit.Resets);
        Assert.Equal(-50, device.Clock.Device!.Fit.DriftPpm, 6.0);
        Assert.InRange(device.Run(165, 200), 0, 0.5 * Ms);
        Assert.True(uncovered == 0, $"{uncovered} samples");
    }

    [Fact]
    public void Send_OfAQueueThatEmptiesSlowly_IsNoReset()
    {
        var device = Device(50);
        device.Run(0, 30);
        for (var i = 0; i < 600; i++)
        {
            device.Send(30 * Second + i * 10 * Ms, Math.Max(0, 900 * Ms - i * 2 * Ms)); // late for 4.5 s, less and less
        }
        Assert.InRange(device.Run(36, 60), 0, 0.5 * Ms);
        Assert.Equal(0, device.Clock.Device!.Fit.Resets);
    }

    [Theory]
    [InlineData(500_000_000)]
    [InlineData(-500_000_000)]
    [InlineData(60_000_000_000)]
    public void Send_OfOneWrongDeviceTime_CountsAnOutlierAndMovesNothing(long glitchNs)
    {
        var device = Device(50);
        device.Run(0, 30);
        device.Send(30 * Second, glitchNs: glitchNs);
        Assert.InRange(device.Run(30.01, 60), 0, 0.5 * Ms);
        var fit = device.Clock.Device!.Fit;
        Assert.Equal((0L, 1L), (fit.Resets, fit.Outliers));
    }

    [Fact]
    public void ToRig_OfACounterThatWraps_GoesOn()
    {
        const long Wrap = (1L << 32) * 1000; // 32 bits of microseconds
        var stream = Stream(1) with { ClockWrapNs = Wrap };
        var clock = new RigClocks([stream])[0];
        var largest = 0.0;
        for (var i = 0; i < 9000; i++)
        {
            var trueNs = i * Second; // two and a half hours at 1 Hz: two wraps
            var device = (long)(trueNs * (1 + 30e-6)) % Wrap;
            clock.Observe(new FrameHeader { DeviceTimeNs = device, HostTimeNs = (long)trueNs });
            largest = Math.Max(largest, i < 60 ? 0 : Math.Abs(clock.ToRig(device) - trueNs));
        }
        Assert.InRange(largest, 0, 0.2 * Ms);
        Assert.Equal(0, clock.Device!.Fit.Resets);
    }

    [Fact]
    public void ToRig_WhileTheLineIsCorrected_NeverGoesBack()
    {
        for (var seed = 0; seed < 20; seed++)
        {
            var device = Device(-50, seed: seed, delayMs: 4);
            var last = long.MinValue;
            for (var i = 0; i < 3000; i++)
            {
                device.Send(i * 4 * Ms);
                var rig = device.Clock.ToRig(device.Shows(i * 4 * Ms));
                Assert.True(rig >= last, $"seed {seed}, sample {i}: {rig - last} ns");
                last = rig;
            }
        }
    }

    [Fact]
    public void ToRig_OfABlockAroundAJump_ConvertsEachSampleByItsOwnSide()
    {
        var device = Device(50, shows: 5e9);
        device.Run(0, 60);
        var before = device.Shows(60.006 * Second);
        device.Jump(60.008 * Second, 0);
        device.Send(60.010 * Second);
        Assert.Equal(60.006 * Second, device.Clock.ToRig(before), 1 * Ms);
        device.Send(60.020 * Second);
        device.Send(60.030 * Second);
        Assert.Equal(1, device.Clock.Device!.Fit.Resets);
        Assert.Equal(60.006 * Second, device.Clock.ToRig(before), 1 * Ms);
    }

    [Fact]
    public void Observe_OfAnotherEpochOfTheSameClock_KeepsTheModel()
    {
        var device = Device(50);
        device.Run(0, 30);
        device.Epoch = 7;
        Assert.InRange(device.Run(35, 40), 0, 0.5 * Ms);
        Assert.Equal(0, device.Clock.Device!.Fit.Resets);
    }

    [Fact]
    public void Observe_OfTwoStreamsOfOneClock_SharesTheModelAndTakesOffEachLatency()
    {
        StreamDescriptor[] streams = [Stream(9) with { LatencyNs = 8_000_000 }, Stream(9) with { Name = "derived" }];
        var clocks = new RigClocks(streams);
        Assert.Same(clocks[0].Device, clocks[1].Device);
        Assert.Single(clocks.Devices);
        var random = new Random(3);
        for (var i = 0; i < 6000; i++)
        {
            var trueNs = i * 10_000_000L;
            clocks[0].Observe(new FrameHeader { DeviceTimeNs = trueNs + 1000, HostTimeNs = trueNs + 8_000_000 + random.Next(2_000_000) });
            if (i % 3 == 0) // says nothing of the 70 ms that it lags behind
            {
                clocks[1].Observe(new FrameHeader { DeviceTimeNs = trueNs + 1000, HostTimeNs = trueNs + 70_000_000 + random.Next(2_000_000) });
            }
        }
        Assert.Equal(59.99 * Second, clocks[1].ToRig(59_990_001_000), 0.1 * Ms);
        Assert.Equal((0L, 0L), (clocks.Devices[0].Fit.Resets, clocks.Devices[0].Fit.Outliers));
    }

    [Fact]
    public void Observe_OfManyMessages_AllocatesNothing()
    {
        // What the runtime itself allocates when code first runs is not meant.
        var rehearsal = Device(50);
        rehearsal.Run(0, 105);
        rehearsal.Jump(105 * Second, 0);
        rehearsal.Run(105, 120);
        var device = Device(50);
        device.Run(0, 5);
        var before = GC.GetAllocatedBytesForCurrentThread();
        device.Run(5, 105);
        device.Jump(105 * Second, 0);
        device.Run(105, 120);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void ToRig_OfTheRigClock_IsTheTimeItself()
    {
        var clock = new RigClocks([Stream(0)])[0];
        clock.Observe(new FrameHeader { DeviceTimeNs = 1000, HostTimeNs = 1500 });
        Assert.Equal((1234L, 0.0), (clock.ToRig(1234), clock.UncertaintyNs(1234)));
    }

    [Fact]
    public void Of_AName_IsTheSameEverywhereAndNeverTheRigs()
    {
        Assert.Equal(ClockId.Of("camera"), ClockId.Of("camera"));
        Assert.NotEqual(ClockId.Of("camera"), ClockId.Of("imu"));
        Assert.NotEqual(ClockId.Rig, ClockId.Of(""));
    }

    private static DeviceUnderTest Device(double driftPpm, double shows = 0, int seed = 1, double delayMs = 5) =>
        new(new RigClocks([Stream(5)])[0], driftPpm, shows, delayMs, seed);

    private static StreamDescriptor Stream(uint clock) =>
        new() { Name = "device", Kind = StreamKind.Vector, DType = DType.F32, Shape = [1], ClockId = clock, Clock = clock == 0 ? "rig" : $"clock {clock}" };
}
