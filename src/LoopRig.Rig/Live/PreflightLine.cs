namespace LoopRig.Rig.Live;

/// <summary>How one check came out.</summary>
public enum PreflightResult
{
    /// <summary>As it should be.</summary>
    Ok,
    /// <summary>The rig may start, but look at this.</summary>
    Warn,
    /// <summary>The rig must not start.</summary>
    Fail,
}

/// <summary>One line of a pre-flight.</summary>
/// <param name="Result">How it came out.</param>
/// <param name="Check">What was looked at.</param>
/// <param name="Text">What was found, and what to do about it.</param>
public readonly record struct PreflightLine(PreflightResult Result, string Check, string Text);
