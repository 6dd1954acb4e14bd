using LoopRig.Core;
using LoopRig.Recording;

namespace LoopRig.Training;

/// <summary>Sessions that LoopRig recorded: their samples pass the live loop's aligner again, in the order and at the times of their receipt.</summary>
public sealed record SessionsConfig : DataConfig
{
    /// <summary>A session's folder, or one that holds several.</summary>
    public required string Folder { get; init; }

    /// <summary>Names of the sessions' folders; null: all.</summary>
    public string[]? Sessions { get; init; }

    /// <summary>Of these only the newest ones, as many as this; null: all. For retraining between two sessions.</summary>
    public int? Last { get; init; }

    /// <summary>All sessions are one data set of one network, which is for sessions of one animal with the same units; else each has a network of its own.</summary>
    public bool Join { get; init; }

    /// <summary>The stream of recorded activity.</summary>
    public string Activity { get; init; } = "activity";

    /// <summary>The stream of a simulation's expected activity, for the noise ceiling; null, or a stream that a session lacks: nobody knows it.</summary>
    public string? Truth { get; init; } = "truth-expected";

    /// <summary>Input name (image) or variable name to <c>stream</c> or <c>stream.channel</c>, where names and shapes do not say it.</summary>
    public Dictionary<string, string> Sources { get; init; } = [];

    /// <summary>Length of a bin, ms.</summary>
    public double BinMs { get; init; } = 48;

    /// <summary>Consecutive segments into which each session is cut.</summary>
    public int Segments { get; init; } = 10;

    /// <summary>Share of each segment that is for training; the rest is the test.</summary>
    public double TrainShare { get; init; } = 0.7;

    /// <summary>Share of that which fits; the rest validates.</summary>
    public double FitShare { get; init; } = 0.8;

    /// <summary>Only the first minutes of the training parts are used, fitting and validation together: for learning curves. Null: all.</summary>
    public double? TrainMinutes { get; init; }

    /// <inheritdoc/>
    public override int OutputDelayBins { get; init; } = 1;

    /// <inheritdoc/>
    public override IReadOnlyList<InputSpec> Offered()
    {
        using var session = new SessionReader(Folders()[0]);
        return [.. session.Index.Streams.Select(static stream => stream.Descriptor).OfType<StreamDescriptor>().Where(stream => stream.Name != Truth).Select(stream => stream.Kind switch
        {
            StreamKind.Image => new InputSpec
            {
                // As the network asks for it, where the configuration says which stream that is.
                Name = Sources.FirstOrDefault(source => source.Value == stream.Name).Key ?? stream.Name,
                Kind = InputKind.Image,
                Channels = stream.Shape.Length > 2 ? stream.Shape[2] : 1,
                Height = stream.Shape[0],
                Width = stream.Shape[1],
            },
            StreamKind.Vector when stream.Channels.Length > 0 => new InputSpec { Name = stream.Name, Kind = InputKind.Vector, Variables = stream.Channels },
            _ => null,
        }).OfType<InputSpec>()];
    }

    /// <inheritdoc/>
    public override IReadOnlyList<SessionData> Open(InputSpec[] inputs)
    {
        if (!(BinMs > 0) || Segments < 1 || !(TrainShare is > 0 and < 1) || !(FitShare is > 0 and < 1) || !(TrainMinutes is null or > 0))
            throw new LoopRigException("binMs, segments and trainMinutes must be positive, trainShare and fitShare between 0 and 1");
        List<SessionData> sessions = OpenEach(Folders(), folder => OpenOne(folder, inputs));
        if (!Join || sessions.Count == 1)
            return sessions;
        try
        {
            Dataset joined = Dataset.Join(sessions);
            return [new SessionData($"{sessions[0].Name}..{sessions[^1].Name}", joined, [.. sessions.SelectMany(static session => session.Parts)], OutputDelayBins)];
        }
        catch
        {
            foreach (SessionData session in sessions)
                session.Data.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public override DataConfig WithPaths(Func<string, string> absolute) => this with { Folder = absolute(Folder) };

    private SessionData OpenOne(string folder, InputSpec[] inputs)
    {
        string name = Path.GetFileName(Path.TrimEndingDirectorySeparator(folder));
        try
        {
            using var session = new SessionReader(folder);
            Dataset data = SessionDataset.Read(session, new DatasetSpec
            {
                Inputs = inputs,
                ActivityStream = Activity,
                TruthStream = Truth is not null && session.Index.Find(Truth) is not null ? Truth : null,
                Bins = BinSpec.Default with { BinNs = (long)Math.Round(BinMs * RigClock.MillisecondNs) },
                Mapping = new InputMapping { Sources = Sources },
            });
            DataPart[] parts = DataSplit.SegmentParts(data.Length, Segments, TrainShare, FitShare);
            if (TrainMinutes is { } minutes)
                DataSplit.Shorten(parts, (int)(minutes * 60 * RigClock.SecondNs / data.BinNs), FitShare);
            int image = Array.FindIndex(inputs, static input => input.Kind == InputKind.Image);
            if (image >= 0 && HasDisplay(session) && ShownAgain.Pictures(data, parts, image) is var again and > 0)
                data = data.WithNote($"{name}: {again} pictures are shown in more than one of the parts that fit, validate and test, which are then less apart than with pictures that are shown once");
            return new SessionData(name, data, parts, OutputDelayBins);
        }
        catch (LoopRigException error) when (!error.Message.Contains(folder, StringComparison.Ordinal))
        {
            throw new LoopRigException($"session {folder}: {error.Message}", error);
        }
    }

    // A display tells of every flip which segment of which stimulus it shows.
    private static bool HasDisplay(SessionReader session)
        => session.Index.Streams.Any(static stream => stream.Descriptor is { Kind: StreamKind.Vector } descriptor && descriptor.Channels.Contains("flip") && descriptor.Channels.Contains("segment"));

    // By the time they began, oldest first; the newest are the last ones.
    private string[] Folders()
    {
        if (!Directory.Exists(Folder))
            throw new DataFileException(Folder, "no such folder");
        if (SessionFolder.IsSession(Folder))
            return [Folder];
        string[] names = [.. Directory.GetDirectories(Folder).Where(SessionFolder.IsSession).Select(static folder => Path.GetFileName(folder))];
        if (names.Length == 0)
            throw new DataFileException(Folder, "no session in it");
        Array.Sort(names, StringComparer.Ordinal);
        string[] chosen = [.. Choose(Folder, names, Sessions).Select(name => Path.Combine(Folder, name))];
        if (Last is not { } last)
            return chosen;
        return last > 0 ? [.. chosen.OrderBy(static folder => SessionFolder.ReadInfo(folder).StartedUtc).TakeLast(last)] : throw new LoopRigException($"last is {last}; at least one session is needed");
    }
}
