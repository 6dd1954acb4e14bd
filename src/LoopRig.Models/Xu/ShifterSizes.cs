namespace LoopRig.Models.Xu;

/// <summary>What a shifter is built from.</summary>
/// <param name="Height">Rows of the image.</param>
/// <param name="Width">Columns of the image.</param>
/// <param name="Hidden">Size of both hidden layers.</param>
/// <param name="TranslationDivisor">Outputs -1..1 move the image by its size over this.</param>
/// <param name="RotationDivisor">An output -1..1 turns the image by 180 degrees over this.</param>
internal readonly record struct ShifterSizes(int Height, int Width, int Hidden, double TranslationDivisor, double RotationDivisor);
