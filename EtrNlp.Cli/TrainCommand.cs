using System.CommandLine;
using EtrNlp.Core.Experiments;
using EtrNlp.Core.Native;
using EtrNlp.Core.Runs;
using Serilog;

namespace EtrNlp.Cli;

/// <summary><c>etrnlp train FILE...</c>: trains experiments and, where missing, their baselines; writes run folders.</summary>
static class TrainCommand
{
    internal static Command Create()
    {
        var files = new Argument<FileInfo[]>("files") { Description = "Experiment files (YAML).", Arity = ArgumentArity.OneOrMore };
        var (set, runs, device, threads) = (CommonOptions.Set(), CommonOptions.Runs(), CommonOptions.Device(), CommonOptions.Threads());
        var restart = new Option<bool>("--restart") { Description = "Begin anew; the old run is kept beside it." };
        var every = new Option<uint>("--checkpoint-every") { Description = "Seconds between two checkpoints inside an epoch; 0: after every step.", DefaultValueFactory = _ => 300 };
        var command = new Command("train", "Train experiments and, where missing, their baselines; the same command continues what was interrupted.")
        {
            files, set, runs, device, threads, restart, every,
        };
        command.SetAction((parse, cancellation) =>
        {
            string[] overrides = [.. parse.GetValue(set) ?? [], .. parse.GetValue(threads) is { } n ? [$"threads={n}"] : Array.Empty<string>()];
            var loaded = parse.GetRequiredValue(files).Select(file => ExperimentFile.Load(file.FullName, overrides)).ToArray();
            TorchLibrary.EnsureLoaded();
            var options = new RunOptions(
                parse.GetRequiredValue(runs), parse.GetRequiredValue(device), parse.GetValue(restart), Environment.CommandLine, TimeSpan.FromSeconds(parse.GetRequiredValue(every)));
            var launcher = new RunLauncher(options, new PlainProgress(parse.InvocationConfiguration.Error), OpenLog);
            foreach (var file in loaded)
            {
                launcher.Train(file, cancellation);
            }

            return Task.FromResult(0);
        });
        return command;
    }

    static Serilog.Core.Logger OpenLog(string path) => new LoggerConfiguration().WriteTo.File(path, formatProvider: System.Globalization.CultureInfo.InvariantCulture).CreateLogger();
}
