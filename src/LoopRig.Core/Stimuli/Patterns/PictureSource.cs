using System.Text.Json.Serialization;

namespace LoopRig.Core.Stimuli;

/// <summary>Where pictures come from.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(ImageFileSource), "image")]
[JsonDerivedType(typeof(ZipEntrySource), "zip")]
[JsonDerivedType(typeof(ArraySource), "array")]
[JsonDerivedType(typeof(VideoSource), "video")]
[JsonDerivedType(typeof(Monet2Source), "monet2")]
[JsonDerivedType(typeof(SparseNoiseSource), "sparse-noise")]
public abstract record PictureSource;
