using System.Globalization;

namespace LoopRig.Training;

/// <summary>metrics.csv: one row a pass. A run that goes on from a checkpoint keeps the rows of the passes that the checkpoint has behind it.</summary>
internal sealed class MetricsFile
{
    private readonly string _path;

    internal MetricsFile(string path, IReadOnlyList<string> sessions, int keptEpochs)
    {
        _path = path;
        string header = "epoch,step,seconds,learning_rate,training_loss,gradient_norm,validation_loss,validation_correlation,samples_per_second,best"
            + string.Concat(sessions.Count > 1 ? sessions.Select(static session => ",validation_correlation:" + session.Replace(',', ' ')) : []);
        string[] kept = keptEpochs > 0 && File.Exists(path) ? [.. File.ReadLines(path).Skip(1).Take(keptEpochs)] : [];
        string beside = path + ".part";
        File.WriteAllLines(beside, [header, .. kept]);
        File.Move(beside, path, overwrite: true);
    }

    internal void Add(EpochRecord record)
    {
        string row = string.Create(CultureInfo.InvariantCulture,
            $"{record.Epoch},{record.Step},{record.Seconds:F1},{record.LearningRate:G6},{record.TrainingLoss:G7},{record.GradientNorm:G5},{record.Validation.Loss:G7},{record.Validation.Correlation:G5},{record.SamplesPerSecond:F1},{(record.IsBest ? 1 : 0)}");
        if (record.Validation.Sessions.Count > 1)
            row += string.Concat(record.Validation.Sessions.Select(static value => string.Create(CultureInfo.InvariantCulture, $",{value:G5}")));
        File.AppendAllText(_path, row + "\n");
    }
}
