using System.Diagnostics;
using LoopRig.Models;
using LoopRig.Models.Xu;
using LoopRig.Recording;
using LoopRig.Rig.Configuration;
using LoopRig.Rig.Live;
using LoopRig.Rig.Simulated;

namespace LoopRig.Rig.Tests.Live;

public sealed class FullDiskTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("looprig-full-").FullName;
    private readonly string _disk;

    public FullDiskTests() => _disk = Directory.CreateDirectory(Path.Combine(_folder, "disk")).FullName;

    private static bool Run(string program, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }

    [Fact]
    public void Execute_DiskFull_EndsTheRunSaysSoAndKeepsWhatWasWritten()
    {
        if (!Run("mount", "-t", "tmpfs", "-o", "size=12m", "tmpfs", _disk))
        {
            Assert.Skip("a small disk cannot be mounted here; that needs root");
        }
        var file = Path.Combine(_folder, "network.safetensors");
        using (var network = NetworkFile.Create(new XuSpec { Inputs = XuSpec.InputsFor(XuBehaviour.Behaviour), UnitIds = ["a"], Hidden = 8, ConvolutionChannels = [4, 4] }, 1))
        {
            NetworkFile.Save(network, file);
        }
        var summary = LiveRun.Execute(new RigConfig
        {
            Subject = new SubjectConfig { Id = "full" },
            Session = new SessionConfig { Folder = _disk },
            Transport = new TransportConfig { Kind = TransportKind.Ipc, Folder = Path.Combine(_folder, "sockets") },
            Adapters = SimulatedRig.Adapters(seed: 1, session: 0, units: 4, encoderPort: null),
            Network = new NetworkConfig { File = file },
        }, new RunOptions { Seconds = 120 }, TestContext.Current.CancellationToken);

        Assert.NotNull(summary.Fault);
        Assert.Contains("bytes free", summary.Fault);
        Assert.True(summary.Seconds < 100, $"{summary.Seconds} s");
        using var reader = new SessionReader(summary.Session!);
        Assert.True(reader.Index.Find("worldcam")!.Messages.Count > 50);
        Assert.True(reader.Index.Bins.Count > 10);
    }

    public void Dispose()
    {
        Run("umount", _disk);
        Directory.Delete(_folder, recursive: true);
    }
}
