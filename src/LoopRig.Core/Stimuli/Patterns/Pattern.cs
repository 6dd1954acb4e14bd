using System.Text.Json.Serialization;

namespace LoopRig.Core.Stimuli;

/// <summary>
/// What is drawn on the screen during one segment of a plan, with every number decided: nothing is left to chance here. The renderer has one shader for
/// each kind. Levels are pixel values (or shares of luminance, where linearised) from 0 black to 1 white; contrasts are from the gray background, 1 to white
/// and -1 to black.
/// </summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(UniformPattern), "uniform")]
[JsonDerivedType(typeof(LevelPattern), "level")]
[JsonDerivedType(typeof(GratingPattern), "grating")]
[JsonDerivedType(typeof(GaussianSpotPattern), "gaussian-spot")]
[JsonDerivedType(typeof(RectanglePattern), "rectangle")]
[JsonDerivedType(typeof(DiscPattern), "disc")]
[JsonDerivedType(typeof(DotsPattern), "dots")]
[JsonDerivedType(typeof(PicturePattern), "picture")]
public abstract record Pattern
{
    /// <summary>The gray between stimuli: 128 of 255.</summary>
    public const double Gray = 128.0 / 255;
}
