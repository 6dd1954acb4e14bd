using System.Text.Json;
using System.Text.Json.Serialization;
using LoopRig.Core;

namespace LoopRig.Acquisition;

/// <summary>A calibration as a JSON file: the eye, and the picture that it belongs to.</summary>
public sealed record EyeModelFile
{
    /// <summary>The picture's columns, after the crop, px.</summary>
    public required int Width { get; init; }

    /// <summary>The picture's rows, after the crop, px.</summary>
    public required int Height { get; init; }

    /// <summary>Whether the picture's left is nasal.</summary>
    public required bool NoseIsLeft { get; init; }

    /// <summary>The eye.</summary>
    public required EyeModel Model { get; init; }

    /// <summary>Standard error of the centre, as an angle of the eye, deg.</summary>
    public double CentreErrorDeg { get; init; }

    /// <summary>Standard error of the radius, as a part of it.</summary>
    public double RadiusError { get; init; }

    /// <summary>Pupils that it was made of.</summary>
    public long Frames { get; init; }

    /// <summary>Reads a calibration for pictures of a size.</summary>
    /// <exception cref="DataFileException">It is no calibration, or its eye is impossible.</exception>
    /// <exception cref="DeviceException">It belongs to other pictures.</exception>
    public static EyeModelFile Read(string path, int width, int height, bool noseIsLeft)
    {
        EyeModelFile? file;
        try
        {
            file = JsonSerializer.Deserialize(File.ReadAllBytes(path), EyeModelJson.Default.EyeModelFile);
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException)
        {
            throw new DataFileException(path, $"is no eye calibration: {e.Message}");
        }

        if (file?.Model is not { } eye || !(eye.RadiusPx > 0) || !double.IsFinite(eye.CentreX + eye.CentreY + eye.RadiusPx) || !((eye.RestX * eye.RestX) + (eye.RestY * eye.RestY) < 1))
            throw new DataFileException(path, "is no eye calibration: the radius must be positive, the centre finite, and the mean gaze shorter than 1");
        if (file.Width != width || file.Height != height || file.NoseIsLeft != noseIsLeft)
        {
            throw new DeviceException(path, $"the calibration is of pictures of {file.Width}x{file.Height} with the nose {Side(file.NoseIsLeft)}, "
                + $"the eye video's are {width}x{height} with the nose {Side(noseIsLeft)}");
        }

        return file;
    }

    /// <summary>Writes the file anew, in one step.</summary>
    /// <exception cref="DataFileException">It cannot be written.</exception>
    public void Write(string path)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
            File.WriteAllBytes(path + ".new", JsonSerializer.SerializeToUtf8Bytes(this, EyeModelJson.Default.EyeModelFile));
            File.Move(path + ".new", path, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DataFileException(path, $"the eye calibration cannot be written: {e.Message}");
        }
    }

    private static string Side(bool left) => left ? "left" : "right";
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true, RespectNullableAnnotations = true)]
[JsonSerializable(typeof(EyeModelFile))]
internal sealed partial class EyeModelJson : JsonSerializerContext;
