using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using System.Xml;
using System.Xml.Linq;
using LoopRig.Core;

namespace LoopRig.Rig.CommandLine;

/// <summary>What the tests gave.</summary>
internal sealed record TestReport(int Passed, int Failed, IReadOnlyList<(string Test, string Reason)> Skipped)
{
    public JsonObject ToJson() => new()
    {
        ["passed"] = Passed,
        ["failed"] = Failed,
        ["skipped"] = Skipped.Count,
        ["skips"] = new JsonArray([.. Skipped.Select(s => new JsonObject { ["test"] = s.Test, ["reason"] = s.Reason })]),
    };
}

/// <summary>Runs the test programs one after another, because some of them measure time, and adds up their reports.</summary>
internal sealed class TestSuite(string root, TextWriter output)
{
    /// <summary>Runs every <c>*.Tests</c> that the solution built.</summary>
    /// <exception cref="NotReadyException">None is built.</exception>
    public TestReport Run(CancellationToken stop)
    {
        var programs = Programs();
        var total = new TestReport(0, 0, []);
        foreach (var program in programs)
        {
            stop.ThrowIfCancellationRequested();
            var name = Path.GetFileNameWithoutExtension(program);
            output.WriteLine($"== {name}");
            output.Flush();
            var report = RunOne(program, stop);
            total = new TestReport(total.Passed + report.Passed, total.Failed + report.Failed, [.. total.Skipped, .. report.Skipped]);
        }
        foreach (var (reason, tests) in total.Skipped.GroupBy(s => s.Reason).Select(g => (g.Key, g.Count())))
        {
            output.WriteLine($"skipped {tests}: {reason}");
        }
        output.WriteLine($"{total.Passed} passed, {total.Failed} failed, {total.Skipped.Count} skipped");
        return total;
    }

    private string[] Programs()
    {
        var folder = Path.Combine(root, "tests");
        if (!Directory.Exists(folder))
        {
            throw new NotReadyException($"there is no folder {folder}: tests run in a checkout, by ./looprig test");
        }
        string[] programs = [.. Directory.EnumerateDirectories(folder, "*.Tests").Select(d => Path.GetFileName(d)).Order(StringComparer.Ordinal)
            .Select(name => Path.Combine(root, "artifacts", "bin", name, "release", name + ".dll"))];
        var missing = programs.FirstOrDefault(p => !File.Exists(p));
        return missing is null ? programs : throw new NotReadyException($"{missing} is not built; run ./looprig test");
    }

    private TestReport RunOne(string program, CancellationToken stop)
    {
        var file = Path.Combine(Path.GetTempPath(), $"looprig-tests-{Environment.ProcessId}-{Path.GetFileNameWithoutExtension(program)}.xml");
        try
        {
            using var process = Process.Start(new ProcessStartInfo(Environment.ProcessPath!, [program, "-noLogo", "-noColor", "-xml", file]) { RedirectStandardInput = true })!;
            process.StandardInput.Close();
            using (stop.Register(process.Kill))
            {
                process.WaitForExit();
            }
            stop.ThrowIfCancellationRequested();
            return Read(file, process.ExitCode);
        }
        finally
        {
            File.Delete(file);
        }
    }

    /// <summary>A program that died without its report, or says that it failed without a failed test, counts as one failure.</summary>
    private TestReport Read(string file, int exitCode)
    {
        if (!File.Exists(file))
        {
            output.WriteLine($"the program ended with code {exitCode} and without a report");
            return new TestReport(0, 1, []);
        }
        XElement report;
        try
        {
            report = XDocument.Load(file).Root!;
        }
        catch (XmlException e)
        {
            output.WriteLine($"the program ended with code {exitCode} and a broken report: {e.Message}");
            return new TestReport(0, 1, []);
        }
        int Sum(string attribute) => report.Elements("assembly").Sum(a => int.Parse(a.Attribute(attribute)?.Value ?? "0", CultureInfo.InvariantCulture));
        var failed = Sum("failed") + Sum("errors");
        var skipped = report.Descendants("test").Where(t => t.Attribute("result")?.Value == "Skip")
            .Select(t => (t.Attribute("name")?.Value ?? "", t.Element("reason")?.Value ?? "no reason given")).ToArray();
        return new TestReport(Sum("passed"), failed == 0 && exitCode != 0 ? 1 : failed, skipped);
    }
}
