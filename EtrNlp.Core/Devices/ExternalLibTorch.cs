using System.Runtime.InteropServices;

namespace EtrNlp.Core.Devices;

/// <summary>A libtorch that the user supplies, for builds with <c>-p:TorchBackend=external</c>.</summary>
internal static class ExternalLibTorch
{
    /// <summary>Environment variable: the folder with libc10.so, libtorch_cpu.so and the rest.</summary>
    public const string FolderVariable = "ETRNLP_LIBTORCH";

    /// <summary>Environment variable: 1 loads whatever version is there.</summary>
    public const string AnyVersionVariable = "ETRNLP_LIBTORCH_ANY_VERSION";

    /// <summary>
    /// Loads its libraries in the order of their dependencies, so that TorchSharp's finds them loaded already.
    /// </summary>
    public static void Load(TorchBuild build)
    {
        var folder = Environment.GetEnvironmentVariable(FolderVariable);
        if (Complaint(folder, Environment.GetEnvironmentVariable(AnyVersionVariable) == "1", build) is { } complaint)
        {
            throw new TorchLibraryException(complaint);
        }

        string[] needed = ["c10", "torch_cpu"],
            optional = ["c10_cuda", "torch_cuda"],
            last = ["torch"];
        foreach (var library in needed.Concat(optional.Where(name => File.Exists(PathOf(folder!, name)))).Concat(last))
        {
            NativeLibrary.Load(PathOf(folder!, library));
        }
    }

    /// <summary>What is wrong with this folder, in one sentence, or null.</summary>
    public static string? Complaint(string? folder, bool anyVersion, TorchBuild build)
    {
        if (string.IsNullOrEmpty(folder))
        {
            return "This build brings no libtorch of its own: "
                + $"set {FolderVariable} to the folder that holds {FileName("torch_cpu")} "
                + $"of libtorch {build.LibTorch}.";
        }

        if (!File.Exists(PathOf(folder, "torch_cpu")))
        {
            return $"{FolderVariable} names '{folder}', where there is no {FileName("torch_cpu")}: "
                + "set it to the folder that holds it (usually 'lib').";
        }

        var found = LibTorchVersion.Of(folder);
        return anyVersion || (found is not null && LibTorchVersion.Agree(found, build.LibTorch))
            ? null
            : $"{FolderVariable} names '{folder}', which holds libtorch {found ?? "of unknown version"}, "
                + $"but TorchSharp {build.TorchSharp} was made for {LibTorchVersion.Series(build.LibTorch)}: "
                + $"name one of that version, or set {AnyVersionVariable}=1 to try it all the same.";
    }

    static string PathOf(string folder, string library) => Path.GetFullPath(Path.Combine(folder, FileName(library)));

    static string FileName(string library) =>
        OperatingSystem.IsWindows() ? $"{library}.dll"
        : OperatingSystem.IsMacOS() ? $"lib{library}.dylib"
        : $"lib{library}.so";
}
