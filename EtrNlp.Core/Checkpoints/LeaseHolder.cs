using System.Security.Cryptography;
using System.Text.Json;

namespace EtrNlp.Core.Checkpoints;

/// <summary>Who has a run, as its <c>lease.json</c> says.</summary>
/// <param name="Token">Drawn anew by whoever takes the run, so that no two are the same.</param>
/// <param name="Owner">What several attempts at one job have in common; null where nobody said.</param>
/// <param name="Machine">The machine's name.</param>
/// <param name="Boot">On Linux what tells the machine from another of its name; else null.</param>
/// <param name="Process">The process on that machine.</param>
/// <param name="Beat">Goes up by one as long as the process lives.</param>
sealed record LeaseHolder(string Token, string? Owner, string Machine, string? Boot, int Process, long Beat)
{
    const int TokenDigits = 32;

    static readonly JsonSerializerOptions AsText = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        WriteIndented = true,
        NewLine = "\n",
    };

    /// <summary>This process, which has just taken a run.</summary>
    internal static LeaseHolder Here(string? owner) =>
        new(
            RandomNumberGenerator.GetHexString(TokenDigits, lowercase: true),
            owner,
            Environment.MachineName,
            ThisBoot(),
            Environment.ProcessId,
            0
        );

    /// <summary>True where it is a process of this machine, of which locks tell whether it lives.</summary>
    internal bool IsOfThisMachine => Machine == Environment.MachineName && Boot == ThisBoot();

    /// <summary>What people call it.</summary>
    internal string Title =>
        FormattableString.Invariant($"process {Process} on {Machine}") + (Owner is null ? "" : $" (owner {Owner})");

    /// <summary>As it stands in the file.</summary>
    internal string ToText() => JsonSerializer.Serialize(this, AsText) + "\n";

    /// <summary>Reads it; null where the text is no such thing.</summary>
    internal static LeaseHolder? Of(string text)
    {
        try
        {
            return JsonSerializer.Deserialize<LeaseHolder>(text, AsText);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    static string? ThisBoot()
    {
        const string Path = "/proc/sys/kernel/random/boot_id";
        return File.Exists(Path) ? File.ReadAllText(Path).Trim() : null;
    }
}
