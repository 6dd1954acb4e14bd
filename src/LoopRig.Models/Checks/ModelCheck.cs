using LoopRig.Core;
using LoopRig.Torch;
using LoopRig.Torch.Formats;

namespace LoopRig.Models.Checks;

/// <summary>Runs a golden file (weights, inputs, and the outputs of the published code) through a network: every stage, pure and frozen.</summary>
public static class ModelCheck
{
    /// <summary>Checks one file of that layout, of any size.</summary>
    /// <exception cref="DataFileException">The file is missing or damaged.</exception>
    /// <exception cref="NetworkException">The file is of no known network, or its arrays do not fit.</exception>
    public static ModelCheckResult Run(string path, Device? device = null) => Run(path, device ?? Device.Cpu);

    private static ModelCheckResult Run(string path, Device device)
    {
        // Ten bits of mantissa could not pass.
        if (device.IsCuda) LibTorch.SetAllowTf32(false);
        using SafetensorsFile file = SafetensorsFile.Open(path);
        using GoldenCase golden = GoldenCase.Open(file, device);
        StageErrors errors = new(golden);
        using (new InferenceMode())
        {
            using Scope scope = new();
            CheckStages(golden, errors);
            CheckForward(golden, errors);
            CheckStreaming(golden, errors);
            CheckFrozenStages(golden, errors, device);
            CheckFrozen(golden, errors, device);
        }
        return new ModelCheckResult { Path = path, Kind = golden.Network.Kind, Stages = errors.Largest, NotCompared = errors.NotCompared };
    }

    // Every frame by itself, all at once: the stages before the recurrent layer know nothing of each other. Where all stages carry state: in order.
    private static void CheckStages(GoldenCase golden, StageErrors errors)
    {
        if (golden.Network.AnswersEveryFrame)
        {
            Tensor[] state = golden.Network.InitialState(golden.Samples);
            for (int t = 0; t < golden.Frames; t++)
            {
                int frame = t;
                state = golden.Network.Step(FrameOf(golden, t), state, (name, value) => errors.Compare("pure", name, value.ToArray(), frame)).State;
            }
            return;
        }
        Tensor[] frames = [.. golden.Windows.Select(static window => window.Flatten(0, 1))];
        golden.Network.Step(frames, golden.Network.InitialState(golden.Samples * golden.Frames), (name, value) => errors.Compare("pure", name, value.ToArray(), 0));
    }

    private static void CheckForward(GoldenCase golden, StageErrors errors)
        => errors.Compare("pure", GoldenCase.Response, golden.Network.Forward(golden.Windows, training: false).ToArray(), 0);

    private static Tensor[] FrameOf(GoldenCase golden, int t) => [.. golden.Windows.Select(window => window.Select(1, t))];

    // Frame by frame with the state handed on: of most networks only the last frame of a window has a golden response.
    private static void CheckStreaming(GoldenCase golden, StageErrors errors)
    {
        INetwork network = golden.Network;
        Tensor[] state = network.InitialState(golden.Samples);
        for (int t = 0; t < golden.Frames; t++)
        {
            (Tensor output, state) = network.Step(FrameOf(golden, t), state);
            if (network.AnswersEveryFrame) errors.Compare("pure.step", GoldenCase.Response, output.ToArray(), t);
            else if (t == golden.Frames - 1) errors.Compare("pure.step", GoldenCase.Response, output.ToArray(), 0);
        }
    }

    // A program that also gives out the stages; it may be folded less than the one that runs live, which CheckFrozen covers.
    private static void CheckFrozenStages(GoldenCase golden, StageErrors errors, Device device)
    {
        List<string> names = [];
        using Program program = FrozenStep.Record(golden.Network, device, (inputs, state) =>
        {
            List<Tensor> stages = [];
            (Tensor output, Tensor[] next) = golden.Network.Step(inputs, state, (name, value) =>
            {
                names.Add(name);
                stages.Add(value);
            });
            return ([.. stages, output], next);
        });
        for (int frame = 0; frame < golden.Samples * golden.Frames; frame++)
        {
            for (int i = 0; i < golden.Windows.Length; i++)
                golden.FrameOf(i, frame).CopyTo(program.Input(i));
            program.Run();
            for (int s = 0; s < names.Count; s++)
                errors.Compare("frozen", names[s], program.Output(s), frame);
        }
    }

    private static void CheckFrozen(GoldenCase golden, StageErrors errors, Device device)
    {
        using FrozenStep step = golden.Network.Freeze(device);
        for (int sample = 0; sample < golden.Samples; sample++)
        {
            step.ResetState();
            for (int t = 0; t < golden.Frames; t++)
            {
                for (int i = 0; i < golden.Windows.Length; i++)
                    golden.FrameOf(i, sample * golden.Frames + t).CopyTo(step.Input(i));
                step.Run();
                if (golden.Network.AnswersEveryFrame) errors.Compare("frozen", GoldenCase.Response, step.Output, t);
            }
            if (!golden.Network.AnswersEveryFrame) errors.Compare("frozen", GoldenCase.Response, step.Output, sample);
        }
    }
}
