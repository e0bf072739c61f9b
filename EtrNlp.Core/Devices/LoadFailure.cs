using System.Text.RegularExpressions;

namespace EtrNlp.Core.Devices;

/// <summary>
/// Turns what a system's loader says about TorchSharp's native library into one sentence with a remedy.
/// </summary>
internal static partial class LoadFailure
{
    /// <summary>Explains the loader's message, which may have many lines, one for each path that was tried.</summary>
    public static string Explain(string loaderMessage, TorchBuild build, bool onWindows)
    {
        if (MissingVersion().Match(loaderMessage) is { Success: true } version)
        {
            return version.Value.StartsWith("GLIBC_", StringComparison.Ordinal)
                ? $"This system's C library is older than {version.Value}, which libtorch needs: "
                    + "use Debian 12, Ubuntu 22.04 or newer."
                : $"This system's libstdc++ lacks {version.Value}, "
                    + "which the TorchSharp library beside this program asks for: build the program with "
                    + "`dotnet build` from its sources, which makes that library do without it, "
                    + "instead of copying libLibTorchSharp.so out of the package.";
        }

        if (onWindows && build.Backend != "external")
        {
            return $"TorchSharp {build.TorchSharp} did not load on Windows ({FirstReason(loaderMessage)}), "
                + "and 0.107.0 is reported not to (dotnet/TorchSharp issue 1567): "
                + "install the Visual C++ redistributable, "
                + "or build with another -p:TorchSharpVersion= and its -p:LibTorchVersion=.";
        }

        return MissingFile().Match(loaderMessage) is { Success: true } file
            ? $"{file.Groups[1].Value} is not beside this program: {Remedy(build.Backend)}."
            : $"TorchSharp's native library did not load ({FirstReason(loaderMessage)}): {Remedy(build.Backend)}.";
    }

    static string Remedy(string backend) =>
        backend switch
        {
            "external" => $"set {ExternalLibTorch.FolderVariable} to the folder of a complete libtorch",
            "cuda" =>
                "build with -p:TorchBackend=cuda on the system it shall run on, "
                    + "or with -p:TorchBackend=cpu where there is no CUDA",
            _ =>
                "build with -p:TorchBackend=cpu on the system it shall run on, "
                    + "or name that system by -r linux-x64, win-x64 or osx-arm64",
        };

    /// <summary>
    /// Of the lines that follow .NET's general advice, the first that tells more than that a name was tried in vain.
    /// </summary>
    static string FirstReason(string loaderMessage)
    {
        var lines = loaderMessage.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var reasons = lines.Length > 1 ? lines[1..] : lines;
        return reasons.FirstOrDefault(line =>
                !line.Contains("cannot open shared object file", StringComparison.Ordinal)
            ) ?? reasons[0];
    }

    [GeneratedRegex(@"(GLIBCXX|GLIBC|CXXABI)_[0-9.]+(?=' not found)")]
    private static partial Regex MissingVersion();

    [GeneratedRegex(
        @"((?:lib)?(?:torch|torch_cpu|torch_cuda|c10|c10_cuda)\.(?:so|dylib|dll)): cannot open shared object file"
    )]
    private static partial Regex MissingFile();
}
