using LoopRig.Core;

namespace LoopRig.Inference.Tests;

/// <summary>The next best stimulus: what it should be is worked out by hand.</summary>
public sealed class NextBestControllerTests
{
    private const long BinNs = SteppedLoop.BinNs;
    private static readonly string[] s_units = ["u0", "u1"];

    // What the network predicts while each of three stimuli is shown, counts a bin.
    private static readonly float[][] s_rates = [[4, 0.1f], [0.1f, 2], [1, 1]];

    [Fact]
    public void Decide_EachWasShown_ChoosesTheOneFromWhichMostIsLearnt()
    {
        var world = new World(new NextBestController([], [0, 1, 2], [10 * BinNs / 1e9, 10 * BinNs / 1e9, 10 * BinNs / 1e9], 0));
        for (var i = 0; i < 40; i++)
        {
            world.ShowOne();
        }
        Assert.Equal([0, 1, 2], world.Shown.Take(3));
        // The same by the definition, greedily, from the information that each unit has by then.
        double[] information = [1, 1];
        foreach (var (at, shown) in world.Shown.Index())
        {
            if (at >= 3)
            {
                var worth = s_rates.Select(r => r.Index().Sum(u => Math.Log(1 + 10 * u.Item / information[u.Index]) / 2)).ToArray();
                Assert.Equal(Array.IndexOf(worth, worth.Max()), shown);
            }
            for (var u = 0; u < 2; u++)
            {
                information[u] += 10 * s_rates[shown][u];
            }
        }
        Assert.Equal(2, world.Shown.Skip(3).Distinct().Count()); // each unit's own stimulus, in turns; the one for both is worth less
        Assert.Equal(information.Sum(i => Math.Log(i) / 2), world.Controller.Gained, 1e-3);
    }

    [Fact]
    public void Decide_StimulusThatTheDisplayNeverShows_IsLeftOut()
    {
        var world = new World(new NextBestController([], [0, 1, 2], [0.5, 0.5, 0.5], 0)) { Forbidden = 1 };
        for (var i = 0; i < 60; i++)
        {
            world.ShowOne();
        }
        Assert.Equal(1, world.Asked.Count(s => s == 1));
        Assert.True(world.Shown.Count > 20);
    }

    [Fact]
    public void Decide_DisplayThatStalls_LosesNoCandidate()
    {
        var controller = new NextBestController([], [0, 1, 2], [0.5, 0.5, 0.5], 0);
        var world = new World(controller) { Stalls = true };
        for (var i = 0; i < 10; i++)
        {
            world.ShowOne();
        }
        Assert.Single(world.Asked); // what was asked for waits for the display
        Assert.All(controller.Summarise()["stimuli"]!.AsArray(), s => Assert.Equal((0L, false), (s!["shown"]!.GetValue<long>(), s["not_seen"]!.GetValue<bool>())));
        world.Recover();
        for (var i = 0; i < 10; i++)
        {
            world.ShowOne();
        }
        var told = controller.Summarise()["stimuli"]!.AsArray();
        Assert.All(told, s => Assert.False(s!["not_seen"]!.GetValue<bool>()));
        Assert.Equal(Enumerable.Range(0, 3).Select(s => (long)world.Shown.Count(shown => shown == s)), told.Select(s => s!["shown"]!.GetValue<long>()));
    }

    [Fact]
    public void Decide_Pause_IsKeptBetweenTwoStimuli()
    {
        var world = new World(new NextBestController(["u1"], [0, 1, 2], [0.5, 0.5, 0.5], 5 * BinNs));
        for (var i = 0; i < 5; i++)
        {
            world.ShowOne();
        }
        Assert.All(world.GrayBins.Skip(1), g => Assert.Equal(5, g));
    }

    [Fact]
    public void Use_UnitThatThereIsNot_IsNamed()
    {
        var error = Assert.Throws<NetworkException>(() => new NextBestController(["u7"], [0], [1], 0).Use(s_units));
        Assert.Contains("u7", error.Message);
    }

    // A display that shows each stimulus for ten whole bins, and a network that predicts what s_rates says.
    private sealed class World
    {
        private readonly StimulusCommands _commands;
        private readonly FakeDisplay _display = new();
        private readonly ManualClock _clock = new();
        private (int Stimulus, long SinceNs) _shown = (-1, 1);
        private long _bin = 1, _flippedNs;

        public World(NextBestController controller)
        {
            Controller = controller;
            _commands = new StimulusCommands(_display, _clock, new RecordedStream(new StreamDescriptor { Name = "c", Kind = StreamKind.Vector, DType = DType.I64, Shape = [5] }, new NullSink()));
            controller.Use(s_units);
        }

        public NextBestController Controller { get; }
        public int Forbidden { get; init; } = -1;
        public bool Stalls { get; set; }
        public List<int> Shown { get; } = [];
        public List<int> Asked { get; } = [];
        public List<int> GrayBins { get; } = [];

        public void ShowOne()
        {
            var (asked, gray) = (_display.Commands.Length, 0);
            while (_display.Commands.Length == asked && gray < 50)
            {
                gray++;
                Decide([0, 0]);
            }
            if (_display.Commands.Length == asked)
            {
                return;
            }
            var stimulus = _display.Commands[^1].Stimulus;
            Asked.Add(stimulus);
            GrayBins.Add(gray);
            if (stimulus != Forbidden && !Stalls)
            {
                Show(stimulus);
            }
        }

        // It flips again: what was asked for last comes now.
        public void Recover()
        {
            Stalls = false;
            Show(Asked[^1]);
        }

        private void Show(int stimulus)
        {
            Shown.Add(stimulus);
            _shown = (stimulus, _bin * BinNs);
            for (var i = 0; i < 10; i++)
            {
                Decide(s_rates[stimulus]);
            }
            _shown = (-1, _bin * BinNs);
        }

        private void Decide(float[] prediction)
        {
            _clock.Now = (_bin + 1) * BinNs;
            _flippedNs = Stalls ? _flippedNs : _clock.Now;
            Controller.Decide(new ControlBin { Index = _bin, StartNs = _bin * BinNs, EndNs = (_bin + 1) * BinNs, Prediction = prediction, Counts = true, Shown = _shown.Stimulus, ShownNow = _shown.Stimulus, ShownNowSinceNs = _shown.SinceNs, FlippedNs = _flippedNs }, _commands);
            _bin++;
        }
    }
}
