using System.Security.Cryptography;
using System.Text.Json.Nodes;
using EtrNlp.Core.Checkpoints;

namespace EtrNlp.Tests.Runs;

/// <summary>The <c>lease.json</c> of another process, as it would write it.</summary>
sealed record HandMadeLease(string Machine, string? Boot, string? Owner = null)
{
    public const int Process = 4711;

    /// <summary>Of a machine that is not this one.</summary>
    public static HandMadeLease Elsewhere { get; } = new("node3", "no such boot");

    /// <summary>Of a process of this machine.</summary>
    public static HandMadeLease Here { get; } =
        new(
            Environment.MachineName,
            OperatingSystem.IsLinux() ? File.ReadAllText("/proc/sys/kernel/random/boot_id").TrimEnd('\n') : null
        );

    public static string PathIn(RunFolder folder) => Path.Combine(folder.Path, "lease.json");

    /// <summary>Puts it into a folder, whole at every instant.</summary>
    public void Write(RunFolder folder, int beat = 0)
    {
        var json = new JsonObject
        {
            ["token"] = $"token of {Machine}",
            ["owner"] = Owner,
            ["machine"] = Machine,
            ["boot"] = Boot,
            ["process"] = Process,
            ["beat"] = beat,
        };
        var aside = Path.Combine(Path.GetDirectoryName(folder.Path)!, "lease-to-be");
        Directory.CreateDirectory(folder.Path);
        File.WriteAllText(aside, json.ToJsonString());
        File.Move(aside, PathIn(folder), overwrite: true);
    }

    /// <summary>Every file of a run, with the hash of its bytes.</summary>
    public static string[] Files(RunFolder folder) =>
        [
            .. Directory
                .GetFiles(folder.Path, "*", SearchOption.AllDirectories)
                .Order(StringComparer.Ordinal)
                .Select(file => $"{file} {Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(file)))}"),
        ];
}
