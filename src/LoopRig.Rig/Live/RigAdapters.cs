using LoopRig.Acquisition;
using LoopRig.Core;
using LoopRig.Rig.Configuration;

namespace LoopRig.Rig.Live;

/// <summary>
/// Opens the adapters of a rig, those whose source is <c>stream:NAME</c> after the one that publishes it, in whatever order the configuration lists them.
/// </summary>
/// <param name="config">The rig.</param>
/// <param name="create">Opens one adapter, with the stream that it takes.</param>
internal sealed class RigAdapters(RigConfig config, Func<AdapterConfig, StreamSource?, IAdapter> create)
{
    private readonly IAdapter?[] _opened = new IAdapter?[config.Adapters.Length];
    private readonly Dictionary<string, StreamSource> _published = [];

    /// <summary>Opens all of them; the caller disposes them.</summary>
    /// <returns>In the configuration's order.</returns>
    /// <exception cref="RigConfigException">A stream that is wanted is published by nobody, or adapters wait for each other.</exception>
    /// <exception cref="LoopRigException">An adapter cannot be opened; those opened before are disposed.</exception>
    public IReadOnlyList<IAdapter> Open()
    {
        try
        {
            Open(static (_, error) => System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(error));
            return [.. _opened.Select(a => a!)];
        }
        catch
        {
            foreach (var adapter in _opened)
            {
                adapter?.Dispose();
            }
            throw;
        }
    }

    /// <summary>Opens as many as it can; the caller disposes them.</summary>
    /// <param name="failed">Told of each that cannot be opened.</param>
    /// <returns>In the configuration's order; null where one failed.</returns>
    public IReadOnlyList<IAdapter?> Open(Action<AdapterConfig, LoopRigException> failed)
    {
        var waiting = Enumerable.Range(0, _opened.Length).ToList();
        while (waiting.FindIndex(i => config.Adapters[i].SourceStream is not { } stream || _published.ContainsKey(stream)) is >= 0 and var ready)
        {
            var index = waiting[ready];
            waiting.RemoveAt(ready);
            try
            {
                Open(index);
            }
            catch (LoopRigException e)
            {
                failed(config.Adapters[index], e);
            }
        }
        foreach (var index in waiting)
        {
            failed(config.Adapters[index], NeverPublished(index, waiting));
        }
        return _opened;
    }

    private void Open(int index)
    {
        var wanted = config.Adapters[index];
        var adapter = create(wanted, wanted.SourceStream is { } stream ? _published[stream] : null);
        _opened[index] = adapter;
        string[] endpoint = [new RigEndpoints(config).Adapter(wanted)];
        foreach (var descriptor in adapter.Streams)
        {
            _published.TryAdd(descriptor.Name, new StreamSource(descriptor, endpoint)); // two of one name are refused by who knows all streams
        }
    }

    private RigConfigException NeverPublished(int index, List<int> waiting)
    {
        var key = $"adapters[{index}].source";
        var stream = config.Adapters[index].SourceStream!;
        var circle = new List<string> { config.Adapters[index].Name };
        // Streams of what is not open are unknown but for their beginning, the adapter's name.
        for (var at = Owner(stream, waiting); at is { } next; at = Owner(next.SourceStream!, waiting))
        {
            circle.Add(next.Name);
            if (next == config.Adapters[index])
            {
                return new RigConfigException(config.File, key, $"adapters wait for each other's streams: {string.Join(" for ", circle)}");
            }
            if (circle.Count > waiting.Count)
            {
                break; // it waits for a circle that it is not part of
            }
        }
        return new RigConfigException(config.File, key,
            $"no adapter publishes a stream '{stream}'; there is {string.Join(", ", _published.Keys.DefaultIfEmpty("none"))}");
    }

    private AdapterConfig? Owner(string stream, List<int> waiting) =>
        waiting.Select(i => config.Adapters[i]).FirstOrDefault(a => stream == a.Name || stream.StartsWith(a.Name + "/", StringComparison.Ordinal));
}
