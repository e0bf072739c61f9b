using System.Diagnostics;
using System.Runtime.InteropServices;
using TorchSharp;

namespace EtrNlp.Core.Devices;

/// <summary>
/// The door to libtorch: a command that needs tensors calls <see cref="EnsureLoaded"/> first. TorchSharp would load by
/// itself, but it prints to standard output where it fails, and it may find another libtorch than the one that was
/// meant.
/// </summary>
public static class TorchLibrary
{
    static readonly Lazy<string?> Failure = new(Load); // a process has one libtorch, loaded once

    /// <summary>
    /// Loads the native libraries, or throws <see cref="TorchLibraryException"/> with a sentence for the user.
    /// </summary>
    public static void EnsureLoaded()
    {
        if (Failure.Value is { } failure)
        {
            throw new TorchLibraryException(failure);
        }
    }

    /// <summary>
    /// Loads the native libraries if they load, and tells what is there; never throws for a failed load.
    /// </summary>
    public static TorchLibraryInfo Describe()
    {
        var build = TorchBuild.Current;
        var loaded = Failure.Value is null;
        var driver = Nvml.Query();
        return new TorchLibraryInfo(
            Loaded: loaded,
            Failure: Failure.Value,
            Backend: build.Backend,
            TorchSharp: build.TorchSharp,
            LibTorch: build.Backend == "external" ? ExternalVersion() : build.LibTorch,
            Threads: loaded ? torch.get_num_threads() : null,
            Devices: loaded ? TorchDevices.All(driver) : [],
            Driver: driver?.Version,
            Files: NativeFiles()
        );
    }

    static string? Load()
    {
        var build = TorchBuild.Current;
        try
        {
            if (build.Backend == "external")
            {
                ExternalLibTorch.Load(build);
            }

            NativeLibrary.Load("LibTorchSharp", typeof(torch).Assembly, searchPath: null);
            torch.get_num_threads();
            GnuMemory.KeepFreed();
            return null;
        }
        catch (TorchLibraryException e)
        {
            return e.Message;
        }
        catch (Exception e)
            when (e is DllNotFoundException or BadImageFormatException or EntryPointNotFoundException or SEHException)
        {
            return LoadFailure.Explain(e.Message, build, OperatingSystem.IsWindows());
        }
    }

    static string? ExternalVersion() =>
        Environment.GetEnvironmentVariable(ExternalLibTorch.FolderVariable) is { Length: > 0 } folder
            ? LibTorchVersion.Of(folder)
            : null;

    static IReadOnlyList<string> NativeFiles()
    {
        using var process = Process.GetCurrentProcess();
        return
        [
            .. process
                .Modules.Cast<ProcessModule>()
                .Select(module => module.FileName)
                .Where(IsTorch)
                .Distinct()
                .Order(StringComparer.Ordinal),
        ];
    }

    static bool IsTorch(string path)
    {
        var name = Path.GetFileName(path);
        name = name.StartsWith("lib", StringComparison.Ordinal) ? name["lib".Length..] : name;
        return name.StartsWith("torch", StringComparison.Ordinal)
            || name.StartsWith("c10", StringComparison.Ordinal)
            || name.StartsWith("LibTorchSharp", StringComparison.Ordinal);
    }
}
