using System.Reflection;
using TorchSharp;

namespace EtrNlp.Core.Devices;

/// <summary>What this program was built with: nothing here needs the native libraries.</summary>
public sealed record TorchBuild(string Backend, string TorchSharp, string LibTorch)
{
    /// <summary>The build that is running.</summary>
    public static TorchBuild Current { get; } =
        new(
            Backend: Metadata("TorchBackend"),
            TorchSharp: Version(typeof(torch).Assembly),
            LibTorch: Metadata("LibTorchVersion")
        );

    static string Metadata(string key) =>
        typeof(TorchBuild).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().First(a => a.Key == key).Value
        ?? "";

    static string Version(Assembly assembly) =>
        assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];
}
