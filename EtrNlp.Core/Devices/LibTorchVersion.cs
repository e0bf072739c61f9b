using System.Text.RegularExpressions;

namespace EtrNlp.Core.Devices;

/// <summary>
/// Reads the version of a libtorch from the files that its distributions lay beside it, without loading it.
/// </summary>
internal static partial class LibTorchVersion
{
    /// <summary>The version of the libtorch in a folder, such as 2.10.0, or null where nothing tells.</summary>
    public static string? Of(string folder)
    {
        string[] files = ["build-version", "version.txt", "version.py", "share/cmake/Torch/TorchConfigVersion.cmake"];
        var above = Path.GetDirectoryName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder))) ?? folder;
        return new[] { folder, above }
                .SelectMany(place => files.Select(file => Path.Combine(place, file)))
                .Where(File.Exists)
                .Select(file => VersionNumber().Match(File.ReadAllText(file)))
                .FirstOrDefault(match => match.Success)
                ?.Value
            ?? OfLinkTarget(Path.Combine(folder, "libtorch_cpu.so"));
    }

    /// <summary>
    /// Whether two versions agree in their first two numbers: libtorch keeps its binary interface within those.
    /// </summary>
    public static bool Agree(string one, string other) => Series(one) == Series(other);

    /// <summary>The first two numbers of a version.</summary>
    public static string Series(string version) => string.Join('.', version.Split('.').Take(2));

    static string? OfLinkTarget(string library) => // system packages name the file libtorch_cpu.so.1.13.0
        File.Exists(library)
        && File.ResolveLinkTarget(library, returnFinalTarget: true) is { } target
        && VersionNumber().Match(target.Name) is { Success: true } match
            ? match.Value
            : null;

    [GeneratedRegex(@"[0-9]+\.[0-9]+(\.[0-9]+)*")]
    private static partial Regex VersionNumber();
}
