using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using LoopRig.Core;
using LoopRig.Core.Stimuli;
using LoopRig.Native.OpenCv;

namespace LoopRig.Rig.Synthesis;

/// <summary>The folder of a synthesis: <c>set.json</c> and <c>frames.npy</c> for the display, <c>synthesis.json</c> with every figure, <c>log.csv</c> with every step, pictures, a sheet of them, and <c>report.html</c>.</summary>
/// <param name="Folder">The folder.</param>
/// <param name="Json">What <c>synthesis.json</c> holds.</param>
internal sealed record SynthesisReport(string Folder, JsonObject Json)
{
    private const string JsonName = "synthesis.json", SetName = "set.json", FramesName = "frames.npy", PageName = "report.html", SheetName = "sheet.png", PicturesName = "pictures", LogName = "log.csv", Partial = ".part";
    private const int PictureScale = 4, SheetColumns = 8;
    private static readonly JsonSerializerOptions s_indented = new() { WriteIndented = true };

    /// <summary>The set that the display plays.</summary>
    public string SetPath => Path.Combine(Folder, SetName);

    /// <summary>The page.</summary>
    public string PagePath => Path.Combine(Folder, PageName);

    /// <summary>A picture of all receptive fields and images.</summary>
    public string SheetPath => Path.Combine(Folder, SheetName);

    /// <summary>What decides the results, as a hash.</summary>
    public static string KeyOf(SynthesisOptions options, string networkHash)
        => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(JsonSerializer.Serialize(options with { Folder = "", Network = networkHash }))));

    /// <summary>The report of a synthesis that is done; null: there is none of that key.</summary>
    public static SynthesisReport? Find(string folder, string key)
    {
        var path = Path.Combine(folder, JsonName);
        try
        {
            return File.Exists(path) && JsonNode.Parse(File.ReadAllText(path)) is JsonObject json && json["key"]?.GetValue<string>() == key ? new SynthesisReport(folder, json) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Writes everything; <c>synthesis.json</c> last.</summary>
    public static SynthesisReport Write(SynthesisFindings findings)
    {
        var folder = Path.GetFullPath(findings.Options.Folder);
        File.Delete(Path.Combine(folder, JsonName));
        WriteSet(findings, folder);
        WriteLog(findings, Path.Combine(folder, LogName));
        var pictures = WritePictures(findings, folder);
        // As it reads from the file, so that a reader need not know whether it was written just now.
        var json = JsonNode.Parse(SynthesisJson.Of(findings).ToJsonString())!.AsObject();
        File.WriteAllText(Path.Combine(folder, PageName), SynthesisPage.Html(findings, pictures));
        var report = new SynthesisReport(folder, json);
        File.WriteAllText(Path.Combine(folder, JsonName), json.ToJsonString(s_indented) + "\n");
        return report;
    }

    // One line a neuron, start and step.
    private static void WriteLog(SynthesisFindings findings, string path)
    {
        using var file = new StreamWriter(path);
        file.WriteLine("neuron,start,step,score,penalty,rate");
        foreach (var neuron in findings.Neurons)
        {
            var id = neuron.Id.Contains(',') || neuron.Id.Contains('"') ? $"\"{neuron.Id.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : neuron.Id;
            for (var start = 0; start < neuron.Logs.Count; start++)
            {
                foreach (var step in neuron.Logs[start])
                {
                    file.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{id},{start},{step.Step},{step.Score:R},{step.Penalty:R},{step.Rate:R}"));
                }
            }
        }
    }

    // A kill leaves the old set, none, or the new one: never the frames of one under the names of the other.
    private static void WriteSet(SynthesisFindings findings, string folder)
    {
        var frames = findings.Neurons[0].Shown.Length;
        int[] shape = frames > 1 ? [frames, findings.Height, findings.Width] : [findings.Height, findings.Width];
        string set = Path.Combine(folder, SetName), path = Path.Combine(folder, FramesName);
        File.Delete(set);
        using (var array = new NpyWriter<float>(path + Partial, temporary: false, shape))
        {
            foreach (var neuron in findings.Neurons)
            {
                array.Append(neuron.Shown.SelectMany(frame => findings.Shown.Units.ToPixels(frame)).ToArray());
            }
            foreach (var relative in findings.Neurons.SelectMany(static neuron => neuron.Relatives))
            {
                array.Append(relative.Shown.SelectMany(frame => findings.Shown.Units.ToPixels(frame)).ToArray());
            }
        }
        File.Move(path + Partial, path, overwrite: true);
        var role = findings.Options.Least ? "lei" : "mei";
        new MeiSet
        {
            NetworkHash = findings.NetworkHash,
            Preset = findings.Preset.Name,
            Seed = findings.Options.Seed,
            Frames = FramesName,
            RateHz = frames > 1 ? findings.Options.RateHz : 0,
            Items =
            [
                .. findings.Neurons.Select(neuron => Item($"{role} {neuron.Id}", neuron.Id, role, neuron.Activation)),
                .. findings.Neurons.SelectMany(static neuron => neuron.Relatives.Select((relative, i) => Item(FormattableString.Invariant($"{relative.Kind} {neuron.Id}{(relative.Kind == SynthesizedRelative.Diverse ? $" {i + 1}" : "")}"), neuron.Id, relative.Kind, relative.Activation))),
            ],
        }.Save(set + Partial);
        File.Move(set + Partial, set);
    }

    private static MeiSetItem Item(string name, string unit, string role, double activation) => new() { Name = name, Unit = unit, Role = role, Activation = double.IsFinite(activation) ? activation : null };

    // Of movies the frame that differs most from grey stands for all in the sheet, and each frame has a picture.
    private static SynthesisPictures WritePictures(SynthesisFindings findings, string folder)
    {
        var to = Path.Combine(folder, PicturesName);
        if (Directory.Exists(to))
        {
            Directory.Delete(to, recursive: true);
        }
        Directory.CreateDirectory(to);
        var (height, width) = (findings.Height, findings.Width);
        float[][] strongest = [.. findings.Neurons.Select(static neuron => Strongest(neuron.Shown))];
        float[][] fields = [.. strongest.Select(frame => Butterworth.LowPass([.. frame.Select(value => value - (float)findings.Shown.Contrast.Mean)], height, width, findings.Smoothing))];
        var limit = fields.Max(static field => field.Max(Math.Abs));
        var pictures = new List<(byte[] Field, byte[] Image)>();
        var relatives = new List<byte[][]>();
        var tiles = new List<Image>();
        for (var i = 0; i < findings.Neurons.Length; i++)
        {
            var neuron = findings.Neurons[i];
            var name = string.Concat(neuron.Id.Select(static letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '.' ? letter : '_'));
            var field = FieldPicture.Field(fields[i], height, width, PictureScale, limit);
            var image = FieldPicture.Grey(findings.Shown.Units.ToPixels(strongest[i]), height, width, PictureScale);
            pictures.Add((Png(field, Path.Combine(to, $"field-{i:D3}-{name}.png")), Png(image, Path.Combine(to, $"image-{i:D3}-{name}.png"))));
            for (var frame = 0; neuron.Shown.Length > 1 && frame < neuron.Shown.Length; frame++)
            {
                Imaging.Write(Path.Combine(to, $"image-{i:D3}-{name}-{frame:D4}.png"), FieldPicture.Grey(findings.Shown.Units.ToPixels(neuron.Shown[frame]), height, width, 1));
            }
            relatives.Add([.. neuron.Relatives.Select((relative, n) => Png(FieldPicture.Grey(findings.Shown.Units.ToPixels(Strongest(relative.Shown)), height, width, PictureScale), Path.Combine(to, $"{relative.Kind}-{i:D3}-{name}-{n + 1}.png")))]);
            tiles.Add(FieldPicture.Sheet([field, image], 1));
        }
        Imaging.Write(Path.Combine(folder, SheetName), FieldPicture.Sheet(tiles, SheetColumns));
        return new SynthesisPictures(pictures, relatives, limit);
    }

    private static float[] Strongest(float[][] frames) => frames.MaxBy(static frame => Contrast.Of(frame).Rms)!;

    private static byte[] Png(Image image, string path)
    {
        Imaging.Write(path, image);
        return File.ReadAllBytes(path);
    }
}
