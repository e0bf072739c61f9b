using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using EtrNlp.Core.Checkpoints;
using EtrNlp.Core.Devices;
using EtrNlp.Data.Configuration;
using EtrNlp.Data.Files;
using TorchSharp;

namespace EtrNlp.Core.Runs;

/// <summary>
/// <c>environment.json</c>: what the run was made with. One entry per start, so that a continued run shows every
/// machine it saw.
/// </summary>
static class EnvironmentFile
{
    const string TimeName = "time";
    const string MachineName = "machine";
    const string ProcessName = "process";
    const string CommandLineName = "command_line";

    static readonly string[] OfOneStart = [TimeName, MachineName, ProcessName, CommandLineName];

    static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, NewLine = "\n" };

    /// <summary>
    /// Adds this start to the file; <paramref name="guard"/> is that of <see cref="AtomicFile"/>.
    /// </summary>
    internal static void Write(string path, RunOptions options, torch.Device device, Action guard)
    {
        var starts = Existing(path);
        starts.Add(Describe(options, device));
        AtomicFile.WriteText(path, new JsonObject { ["starts"] = starts }.ToJsonString(Indented) + "\n", guard);
    }

    /// <summary>
    /// With what the last start computed, as keys and texts: no time, no machine's name and no path, so that equal
    /// runs say the same. Empty if that is not known.
    /// </summary>
    internal static IReadOnlyList<(string Key, string Text)> LastSoftware(string path) =>
        Readable(path).LastOrDefault() is JsonObject start
            ? [.. start.Where(pair => !OfOneStart.Contains(pair.Key)).Select(pair => (pair.Key, $"{pair.Value}"))]
            : [];

    /// <summary>When each start was; those that cannot be read are left out.</summary>
    internal static IEnumerable<DateTimeOffset> Starts(string path) =>
        from start in Readable(path)
        let text = start is JsonObject map ? $"{map[TimeName]}" : ""
        where DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, out _)
        select DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);

    static JsonArray Readable(string path)
    {
        try
        {
            return Existing(path);
        }
        catch (Exception e) when (e is DataException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    static JsonArray Existing(string path)
    {
        try
        {
            return File.Exists(path) && JsonNode.Parse(RegularFile.ReadText(path))?["starts"] is JsonArray starts
                ? starts.DeepClone().AsArray()
                : [];
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or ArgumentException or IOException)
        {
            throw new DataException($"{path} cannot be read ({e.Message}); move it away");
        }
    }

    static JsonObject Describe(RunOptions options, torch.Device device)
    {
        var torch = TorchLibrary.Describe();
        return new JsonObject
        {
            [TimeName] = DateTimeOffset.UtcNow.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
            ["etrnlp"] = typeof(EnvironmentFile)
                .Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()
                ?.InformationalVersion,
            ["git_commit"] = GitCommit(),
            ["torchsharp"] = torch.TorchSharp,
            ["libtorch"] = torch.LibTorch,
            ["dotnet"] = Environment.Version.ToString(),
            ["os"] = RuntimeInformation.OSDescription,
            ["architecture"] = RuntimeInformation.ProcessArchitecture.ToString(),
            ["processor"] = Processor(),
            ["cores"] = Environment.ProcessorCount,
            ["threads"] = torch.Threads,
            ["device"] = device.ToString(),
            ["gpu"] = torch.Devices.FirstOrDefault(found => found.Name == device.ToString())?.Model,
            [MachineName] = Environment.MachineName,
            [ProcessName] = Environment.ProcessId,
            [CommandLineName] = options.CommandLine,
        };
    }

    static string? Processor() =>
        File.Exists("/proc/cpuinfo")
            ? File.ReadLines("/proc/cpuinfo")
                .FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))
                ?.Split(':', 2)[1]
                .Trim()
            : Environment.GetEnvironmentVariable("PROCESSOR_IDENTIFIER");

    // The commit of the folder the command was started in, where that is a checkout and git is there.
    static string? GitCommit()
    {
        try
        {
            using var git = Process.Start(
                new ProcessStartInfo("git", ["rev-parse", "HEAD"])
                {
                    RedirectStandardOutput = true,
                    RedirectStandardError = true,
                }
            );
            var commit = git?.StandardOutput.ReadToEnd().Trim();
            git?.WaitForExit();
            return git?.ExitCode == 0 ? commit : null;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }
}
