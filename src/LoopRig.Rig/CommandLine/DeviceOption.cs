using System.CommandLine;
using LoopRig.Core;
using LoopRig.Torch;

namespace LoopRig.Rig.CommandLine;

/// <summary><c>--device</c>: where networks compute.</summary>
internal static class DeviceOption
{
    public static Option<string> Create(string description)
    {
        var option = new Option<string>("--device") { HelpName = "DEVICE", Description = description, DefaultValueFactory = _ => "cpu" };
        option.Validators.Add(static result =>
        {
            try
            {
                Device.Parse(result.GetValueOrDefault<string>());
            }
            catch (FormatException e)
            {
                result.AddError($"--device: {e.Message}");
            }
        });
        return option;
    }

    /// <summary>The device that was asked for.</summary>
    /// <exception cref="NotReadyException">It is not there.</exception>
    public static Device Read(ParseResult parsed, Option<string> option)
    {
        var device = Device.Parse(parsed.GetValue(option)!);
        Cuda.Require(device);
        return device;
    }
}
