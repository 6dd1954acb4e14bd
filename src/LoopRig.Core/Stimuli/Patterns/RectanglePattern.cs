namespace LoopRig.Core.Stimuli;

/// <summary>A rectangle of the screen on gray; edges in screen units (see <see cref="ScreenPoint"/>).</summary>
/// <param name="Corner">The upper left corner.</param>
/// <param name="Opposite">The lower right corner.</param>
/// <param name="Contrast">1 white, -1 black.</param>
/// <param name="Centre">Its middle in the visual field, for the record.</param>
public sealed record RectanglePattern(ScreenPoint Corner, ScreenPoint Opposite, double Contrast, VisualAngle Centre) : Pattern;
