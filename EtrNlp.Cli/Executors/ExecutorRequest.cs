using System.CommandLine;
using EtrNlp.Core.Sweeps;
using EtrNlp.Data.Configuration;

namespace EtrNlp.Cli.Executors;

/// <summary>What a command asks of an executor.</summary>
/// <param name="Parse">The command line.</param>
/// <param name="File">The sweep as it is written; null where none is.</param>
/// <param name="Json">One JSON document is to go to standard output.</param>
/// <param name="Notices">Where progress and remarks go.</param>
/// <param name="Jobs">Runs at a time on this machine; null if none was typed.</param>
/// <param name="Devices">What runs compute on; asked only where they compute on this machine.</param>
/// <param name="Device">The same as it was typed.</param>
/// <param name="OfRuns">Other options that every <c>etrnlp train</c> is started with.</param>
sealed record ExecutorRequest(
    ParseResult Parse,
    SweepFile? File,
    bool Json,
    TextWriter Notices,
    int? Jobs,
    Func<DeviceSlots> Devices,
    string Device,
    IReadOnlyList<string> OfRuns
)
{
    /// <summary>Where mistakes go.</summary>
    public TextWriter Error => Parse.InvocationConfiguration.Error;

    /// <summary>Where results go.</summary>
    public TextWriter Output => Parse.InvocationConfiguration.Output;

    /// <summary>Refuses several devices, which only this machine deals out.</summary>
    /// <exception cref="ConfigException">There are several.</exception>
    public void RequireOneDevice()
    {
        if (Device.Contains(',', StringComparison.Ordinal))
        {
            throw new ConfigException(
                Place.OnCommandLine($"--device {Device}"),
                "several devices are dealt out by this machine only; name one, which each run finds where it is started"
            );
        }
    }
}
