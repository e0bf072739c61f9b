using System.CommandLine;
using System.Reflection;
using System.Runtime.InteropServices;
using EtrNlp.Cli.Display;
using EtrNlp.Cli.Processes;
using EtrNlp.Core.Devices;

namespace EtrNlp.Cli.Commands;

/// <summary><c>etrnlp info</c>: whether libtorch loads here, from where, and which devices there are.</summary>
internal static class InfoCommand
{
    const long Mebi = 1 << 20;

    /// <summary>The command with its options.</summary>
    public static Command Create()
    {
        var json = CommonOptions.Json();
        var command = new ExampleCommand(
            "info",
            "Tell whether libtorch loads here, from where, and which devices there are.",
            "etrnlp info --json"
        )
        {
            json,
        };
        command.SetAction(parse =>
            Print(
                new Info(
                    Version,
                    RuntimeInformation.FrameworkDescription,
                    RuntimeInformation.OSDescription,
                    Environment.ProcessorCount,
                    TorchLibrary.Describe()
                ),
                parse.GetValue(json),
                parse.InvocationConfiguration.Output
            )
        );
        return command;
    }

    static string Version =>
        typeof(InfoCommand).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;

    static int Print(Info info, bool json, TextWriter output)
    {
        if (json)
        {
            JsonOutput.Write(output, info);
        }
        else
        {
            foreach (var (name, value) in Lines(info))
            {
                output.WriteLine($"{name,-12}{value}");
            }
        }

        return info.Torch.Failure is { } failure ? throw new TorchLibraryException(failure) : ExitCode.Done;
    }

    static IEnumerable<(string Name, string Value)> Lines(Info info)
    {
        var torch = info.Torch;
        yield return ("etrnlp", info.Version);
        yield return ("runtime", $"{info.Runtime}, {info.System}, {info.Processors} processors");
        yield return ("TorchSharp", $"{torch.TorchSharp}, back-end {torch.Backend}");
        yield return (
            "libtorch",
            $"{torch.LibTorch ?? "unknown version"}, "
                + $"{(torch.Loaded ? $"loaded, {torch.Threads} threads" : "not loaded")}"
        );
        if (torch.Failure is { } failure)
        {
            yield return ("failure", failure);
        }

        foreach (var device in torch.Devices)
        {
            yield return ("device", Describe(device));
        }

        yield return ("driver", torch.Driver is { } driver ? $"NVIDIA {driver}" : "no NVIDIA driver found");
        foreach (var file in torch.Files)
        {
            yield return ("file", file);
        }
    }

    static string Describe(TorchDevice device) =>
        device is { Model: { } model, TotalMemory: { } total, UsedMemory: { } used }
            ? FormattableString.Invariant($"{device.Name}, {model}, {used / Mebi} of {total / Mebi} MiB used")
            : device.Name;

    sealed record Info(string Version, string Runtime, string System, int Processors, TorchLibraryInfo Torch);
}
