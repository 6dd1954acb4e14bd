using System.Text.Json.Serialization;
using LoopRig.Core;

namespace LoopRig.Training;

/// <summary>Where data come from and how they are split, as the configs of training, evaluation and sweeps say it.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind", UnknownDerivedTypeHandling = JsonUnknownDerivedTypeHandling.FailSerialization)]
[JsonDerivedType(typeof(SessionsConfig), "sessions")]
[JsonDerivedType(typeof(XuConfig), "xu")]
[JsonDerivedType(typeof(DigitalTwinConfig), "digital-twin")]
[JsonDerivedType(typeof(SensoriumConfig), "sensorium")]
[JsonDerivedType(typeof(ImagesConfig), "images")]
public abstract record DataConfig
{
    /// <summary>What the data can give a network: an image in its native size, vectors with all their variables.</summary>
    /// <exception cref="LoopRigException">The data are missing or damaged; file and trial are named.</exception>
    public abstract IReadOnlyList<InputSpec> Offered();

    /// <summary>Bins from the newest input to the activity that is predicted from it.</summary>
    public virtual int OutputDelayBins { get; init; }

    /// <summary>Opens every session. The caller disposes the data sets.</summary>
    /// <param name="inputs">What the network takes, without statistics.</param>
    /// <exception cref="LoopRigException">The data are missing or damaged; file and trial are named.</exception>
    public abstract IReadOnlyList<SessionData> Open(InputSpec[] inputs);

    /// <summary>The same with every path made absolute, as a configuration's own folder does it.</summary>
    /// <param name="absolute">Gives the absolute form of a path.</param>
    public abstract DataConfig WithPaths(Func<string, string> absolute);

    /// <summary>The sessions that a config asks for: all, or the named ones in the order named.</summary>
    /// <exception cref="LoopRigException">One of them is not there, or named twice.</exception>
    private protected static string[] Choose(string folder, string[] there, string[]? asked)
    {
        if (asked is null)
            return there;
        if (asked.Except(there).FirstOrDefault() is { } absent)
            throw new LoopRigException($"{folder}: there is no session {absent}; there are {string.Join(", ", there)}");
        if (asked.GroupBy(static name => name).FirstOrDefault(static named => named.Count() > 1) is { } twice)
            throw new LoopRigException($"{folder}: session {twice.Key} is asked for twice");
        return asked.Length > 0 ? asked : throw new LoopRigException($"{folder}: no session is asked for");
    }

    /// <summary>Opens sessions one after the other; those already open are closed when one fails.</summary>
    private protected static List<SessionData> OpenEach(IEnumerable<string> sessions, Func<string, SessionData> open)
    {
        var opened = new List<SessionData>();
        try
        {
            foreach (string session in sessions)
                opened.Add(open(session));
            return opened;
        }
        catch
        {
            foreach (SessionData session in opened)
                session.Data.Dispose();
            throw;
        }
    }
}
