using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace EtrNlp.Core.Checkpoints;

/// <summary>What a checkpoint says of itself before its numbers; reading it needs no libtorch.</summary>
/// <param name="Identity">Hash of the experiment it belongs to.</param>
/// <param name="Seed">The run's seed.</param>
/// <param name="Progress">How far the run was.</param>
/// <param name="Steps">The optimiser's step count per parameter.</param>
/// <param name="DataHash">SHA-256 of all its numbers, in lower-case hexadecimal.</param>
public sealed record CheckpointHeader(
    string Identity,
    int Seed,
    RunProgress Progress,
    IReadOnlyDictionary<string, long> Steps,
    string DataHash
)
{
    /// <summary>The format this program writes, and the newest it reads.</summary>
    public const int Format = 1;

    const string FormatKey = "format";
    const string IdentityKey = "identity";
    const string SeedKey = "seed";
    const string ProgressKey = "progress";
    const string StepsKey = "optimizer_steps";
    const string DataHashKey = "sha256";
    const string SealKey = "header_sha256";

    static readonly HashSet<string> Known =
    [
        FormatKey,
        IdentityKey,
        SeedKey,
        ProgressKey,
        StepsKey,
        DataHashKey,
        SealKey,
    ];

    /// <summary>As it stands in a file of these tensors.</summary>
    public IReadOnlyDictionary<string, string> ToMetadata(
        IEnumerable<(string Name, ImmutableArray<long> Shape)> tensors
    )
    {
        var metadata = new Dictionary<string, string>
        {
            [FormatKey] = Text(Format),
            [IdentityKey] = Identity,
            [SeedKey] = Text(Seed),
            [ProgressKey] = JsonSerializer.Serialize(Progress),
            [StepsKey] = JsonSerializer.Serialize(Steps),
            [DataHashKey] = DataHash,
        };
        metadata[SealKey] = Seal(metadata, tensors);
        return metadata;
    }

    /// <summary>True if a file says more of itself than that of another program, which may have a format too.</summary>
    public static bool IsIn(SafeTensors file) => file.Metadata.Keys.Any(key => key != FormatKey && Known.Contains(key));

    /// <summary>The header of an opened file.</summary>
    /// <exception cref="InvalidDataException">It is no checkpoint of this program, or of a newer one.</exception>
    public static CheckpointHeader Of(SafeTensors file)
    {
        if (!int.TryParse(file.Metadata.GetValueOrDefault(FormatKey), CultureInfo.InvariantCulture, out var format))
        {
            throw new InvalidDataException("it was not written by etrnlp");
        }

        if (format > Format)
        {
            throw new InvalidDataException(
                $"it has format {format} and this etrnlp reads up to {Format}; use a newer etrnlp"
            );
        }

        Array.ForEach([IdentityKey, SeedKey, ProgressKey, StepsKey, DataHashKey], key => Entry(file, key));
        RequireUnchanged(file);
        var progress = Read<RunProgress>(file, ProgressKey);
        var steps = Read<Dictionary<string, long>>(file, StepsKey);
        var wrong =
            int.TryParse(Entry(file, SeedKey), CultureInfo.InvariantCulture, out var seed) && seed >= 0
                ? progress.Contradiction
                    ?? steps
                        .Where(pair => pair.Value < 0)
                        .Select(pair => $"{pair.Value} steps of {pair.Key}")
                        .FirstOrDefault()
                : $"the seed '{Entry(file, SeedKey)}'";
        return wrong is null
            ? new CheckpointHeader(Entry(file, IdentityKey), seed, progress, steps, Entry(file, DataHashKey))
            : throw new InvalidDataException($"its header says what cannot be, {wrong}; the file is damaged");
    }

    // Checkpoints were written without a seal, and with one of the metadata alone. A misspelt key is damage, not age.
    static void RequireUnchanged(SafeTensors file)
    {
        var isOfOtherKeys = file.Metadata.Keys.Any(key => !Known.Contains(key));
        var breaksSeal =
            file.Metadata.TryGetValue(SealKey, out var seal)
            && seal != Seal(file.Metadata, file.Table)
            && seal != Seal(file.Metadata, []);
        if (isOfOtherKeys || breaksSeal)
        {
            throw new InvalidDataException("its header is not the one that was written; the file is damaged");
        }
    }

    /// <summary>The header of a file.</summary>
    /// <exception cref="InvalidDataException">It is no checkpoint of this program, or damaged.</exception>
    public static CheckpointHeader ReadFile(string path)
    {
        try
        {
            return Of(SafeTensors.Open(path));
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException)
        {
            throw new InvalidDataException(e.Message, e);
        }
    }

    static string Seal(
        IReadOnlyDictionary<string, string> metadata,
        IEnumerable<(string Name, ImmutableArray<long> Shape)> tensors
    ) =>
        Convert.ToHexStringLower(
            SHA256.HashData(
                Encoding.UTF8.GetBytes(
                    string.Concat(
                        metadata
                            .Where(pair => pair.Key != SealKey)
                            .OrderBy(pair => pair.Key, StringComparer.Ordinal)
                            .Select(pair => $"{pair.Key}\n{pair.Value}\n")
                            .Concat(tensors.Select(tensor => $"{tensor.Name} {string.Join(' ', tensor.Shape)}\n"))
                    )
                )
            )
        );

    static string Entry(SafeTensors file, string key) =>
        file.Metadata.TryGetValue(key, out var value)
            ? value
            : throw new InvalidDataException($"its header has no '{key}'");

    static T Read<T>(SafeTensors file, string key)
    {
        try
        {
            return JsonSerializer.Deserialize<T>(Entry(file, key))
                ?? throw new InvalidDataException($"its header's '{key}' is empty");
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"its header's '{key}' cannot be read: {e.Message}", e);
        }
    }

    static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
