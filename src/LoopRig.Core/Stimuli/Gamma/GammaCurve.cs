namespace LoopRig.Core.Stimuli;

/// <summary>A screen's luminance by pixel value: L = Offset + Scale p^Exponent with p from 0 (black) to 1 (white).</summary>
/// <param name="Offset">Luminance of black.</param>
/// <param name="Scale">Luminance of white above it.</param>
/// <param name="Exponent">The gamma.</param>
public sealed record GammaCurve(double Offset, double Scale, double Exponent)
{
    /// <summary>Entries of the table that the renderer looks pixel values up in.</summary>
    public const int TableLength = 1024;

    /// <summary>The luminance of a pixel value from 0 to 1.</summary>
    public double Luminance(double pixel) => Offset + Scale * Math.Pow(pixel, Exponent);

    /// <summary>The pixel value, 0 to 1, of a luminance; what the screen cannot show becomes black or white.</summary>
    public double Pixel(double luminance) => Math.Pow(Math.Clamp((luminance - Offset) / Scale, 0, 1), 1 / Exponent);

    /// <summary>The pixel value for each of <see cref="TableLength"/> equal steps of luminance from black to white: what linearised stimuli pass through.</summary>
    public float[] Table()
    {
        var table = new float[TableLength];
        for (var i = 0; i < table.Length; i++)
        {
            table[i] = (float)Pixel(Offset + Scale * i / (table.Length - 1));
        }
        return table;
    }

    /// <summary>The curve that a description asks for: its numbers, or the fit to its photometer's readings.</summary>
    /// <exception cref="DataFileException">The readings cannot be read or fitted.</exception>
    public static GammaCurve Of(GammaDescription description) => description.Photometer is { } file
        ? GammaFit.Fit(PhotometerFile.Read(file), file).Curve
        : new GammaCurve(description.Offset, description.Scale, description.Exponent);
}
