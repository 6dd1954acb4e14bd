using LoopRig.Core;
using LoopRig.Core.Stimuli;

namespace LoopRig.Stimulus.Pictures;

/// <summary>Pictures that were loaded or computed, each source once. Needs no graphics: a rig loads before its display opens.</summary>
public sealed class PictureLibrary
{
    private readonly Dictionary<PictureSource, PictureStack> _stacks = [];

    /// <summary>Loads what a plan shows.</summary>
    /// <exception cref="DataFileException">A file is absent, damaged or too large.</exception>
    public void Load(StimulusPlan plan, CancellationToken stop)
    {
        foreach (var segment in plan.Segments)
        {
            if (segment.Pattern is PicturePattern picture)
            {
                Get(picture.Source, stop);
            }
        }
    }

    /// <summary>The pictures of a source, loaded if they were not yet.</summary>
    /// <exception cref="DataFileException">The file is absent, damaged or too large.</exception>
    public PictureStack Get(PictureSource source, CancellationToken stop)
    {
        if (!_stacks.TryGetValue(source, out var stack))
        {
            stack = PictureStack.Load(source, stop);
            _stacks.Add(source, stack);
        }
        return stack;
    }

    /// <summary>Forgets all of them.</summary>
    public void Clear() => _stacks.Clear();
}
