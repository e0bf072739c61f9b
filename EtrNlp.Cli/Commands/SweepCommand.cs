using System.CommandLine;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using EtrNlp.Cli.Display;
using EtrNlp.Cli.Processes;
using EtrNlp.Core.Checkpoints;
using EtrNlp.Core.Devices;
using EtrNlp.Core.Experiments;
using EtrNlp.Core.Networks;
using EtrNlp.Core.Runs;
using EtrNlp.Core.Sweeps;
using Spectre.Console;

namespace EtrNlp.Cli.Commands;

/// <summary>
/// <c>etrnlp sweep FILE</c>: trains every configuration of a sweep, several at a time, and writes one table.
/// </summary>
static class SweepCommand
{
    internal static Command Create()
    {
        var file = CommonOptions.File("Sweep file (YAML): name, base, grid, combinations, seeds.");
        var (set, runs, threads) = (CommonOptions.Set(), CommonOptions.Runs(), CommonOptions.Threads());
        var device = CommonOptions.Device(
            "auto, cpu, cuda[:n], or several with commas: with --jobs, runs are dealt out to them in turn; auto and cuda are then every GPU."
        );
        var (every, examples, json) = (CommonOptions.CheckpointEvery(), CommonOptions.Examples(), CommonOptions.Json());
        var jobs = Jobs();
        var restart = new Option<bool>("--restart")
        {
            Description = "Begin every run anew; the old ones are kept beside them.",
        };
        var dryRun = new Option<bool>("--dry-run")
        {
            Description = "Check everything and list the runs; nothing is started or written.",
        };
        var command = new ExampleCommand(
            "sweep",
            "Train every configuration of a sweep and its baseline; the same command again trains what is missing or failed.",
            "etrnlp sweep experiments/gamma.yaml --jobs 2 --dry-run"
        )
        {
            file,
            set,
            runs,
            device,
            threads,
            jobs,
            restart,
            dryRun,
            every,
            examples,
            json,
        };
        command.WritesFiles = parse => !parse.GetValue(json) && !parse.GetValue(dryRun);
        command.SetAction(
            async (parse, cancellation) =>
            {
                var (output, notices) = (parse.InvocationConfiguration.Output, parse.Notices());
                var (folder, atATime, anew) = (
                    parse.GetRequiredValue(runs),
                    parse.GetRequiredValue(jobs),
                    parse.GetValue(restart)
                );
                var sweep = new SweepPlanner(
                    SweepFile.Load(parse.GetRequiredValue(file)),
                    CommonOptions.Overrides(parse, set, threads),
                    folder,
                    atATime,
                    anew
                ).Plan(new DataDigests(RunOptions.CacheBeside(Path.GetFullPath(folder)), notices.WriteLine));
                Array.ForEach([.. sweep.Notices], notices.WriteLine);
                var drawn = CommonOptions.Count(parse, examples);
                Array.ForEach([.. sweep.Files], one => Examples.RequireSome(one.Experiment, drawn));
                if (parse.GetValue(dryRun))
                {
                    List(sweep, parse.GetValue(json), output);
                    return ExitCode.Done;
                }

                var devices = Devices(sweep, parse.GetRequiredValue(device), atATime);
                string[] options =
                [
                    "--cache",
                    RunOptions.CacheBeside(Path.GetFullPath(folder)),
                    "--checkpoint-every",
                    parse.GetRequiredValue(every).ToString(CultureInfo.InvariantCulture),
                    "--examples",
                    drawn.ToString(CultureInfo.InvariantCulture),
                ];
                using var claim = sweep.Claim();
                if (anew)
                {
                    MoveAside(sweep, notices);
                }

                sweep.Write();
                var failed = await Train(
                    sweep,
                    atATime,
                    devices,
                    options,
                    parse.InvocationConfiguration.Error,
                    notices,
                    cancellation
                );
                Report(sweep, failed, parse.GetValue(json), output);
                return failed.Count == 0
                    ? ExitCode.Done
                    : throw new RunException(
                        FormattableString.Invariant(
                            $"{failed.Count} of {sweep.Runs.Length} runs have no result; the same command tries them again"
                        )
                    );
            }
        );
        return command;
    }

    static Option<int> Jobs()
    {
        var jobs = new Option<int>("--jobs")
        {
            Description = "Runs at a time, each a process with cores / n threads.",
            HelpName = "n",
            DefaultValueFactory = _ => 1,
        };
        jobs.Validators.Add(result =>
        {
            if (
                result.Tokens is [{ Value: { } text }]
                && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var n)
                && n is < 1 or > 1024
            )
            {
                result.AddError($"--jobs {n}: expected 1 to 1024");
            }
        });
        return jobs;
    }

    static void MoveAside(Sweep sweep, TextWriter notices)
    {
        if (sweep.MoveAside() is > 0 and var moved)
        {
            notices.WriteLine(
                FormattableString.Invariant(
                    $"the {moved} runs that were there are kept beside the new ones, as seed-<n>.replaced-<k>"
                )
            );
        }
    }

    // A device that is not there, or that has not the precision, is refused here and not once for every run.
    static DeviceSlots Devices(Sweep sweep, string asked, int jobs)
    {
        var devices = DeviceSlots.Devices(asked, jobs, TorchDevices.CountGpus);
        ExperimentFile[] files = [.. sweep.Files];
        var needsNoGpu = files.All(file => file.Experiment.Training.Precision != Precision.Tf32);
        foreach (var device in devices.Where(device => !needsNoGpu || device is not ("cpu" or "auto")))
        {
            TorchLibrary.EnsureLoaded();
            ExperimentChecks.RequireDevice(files, Device.Find(device));
        }

        return new DeviceSlots(devices, jobs);
    }

    static async Task<IReadOnlyList<FailedRun>> Train(
        Sweep sweep,
        int jobs,
        DeviceSlots devices,
        string[] options,
        TextWriter error,
        TextWriter notices,
        CancellationToken cancellation
    )
    {
        using var kill = new CancellationTokenSource();
        var interrupts = 0;
        using var second = PosixSignalRegistration.Create(
            PosixSignal.SIGINT,
            _ =>
            {
                if (Interlocked.Increment(ref interrupts) > 1)
                {
                    kill.Cancel();
                }
            }
        );
        using var progress = new SweepProgress(sweep, error, notices, TimeProvider.System);
        using var said = cancellation.Register(() =>
            progress.Note("stopping every run with a checkpoint; Ctrl+C again ends them at once")
        );
        return await new SweepRunner(jobs, new TrainingProcess(devices, options, kill.Token).Train, progress).RunAsync(
            sweep,
            cancellation
        );
    }

    static void Report(Sweep sweep, IReadOnlyList<FailedRun> failed, bool json, TextWriter output)
    {
        var table = new SweepTable(sweep);
        AtomicFile.WriteText(Path.Combine(sweep.Folder, "table.csv"), table.Csv());
        AtomicFile.WriteText(Path.Combine(sweep.Folder, "table.md"), table.Markdown());
        if (json)
        {
            JsonOutput.Write(output, table.Json(failed));
        }
        else
        {
            Screen.Write(output, table.Text());
        }
    }

    static void List(Sweep sweep, bool json, TextWriter output)
    {
        if (json)
        {
            JsonOutput.Write(
                output,
                JsonOutput.Array(
                    sweep.Runs.Select(run => new JsonObject
                    {
                        ["name"] = run.Configuration.Name,
                        ["seed"] = run.Seed,
                        ["folder"] = run.Folder.Path,
                        ["done"] = run.Folder.IsDone,
                        ["settings"] = new JsonObject(
                            run.Configuration.Settings.Select(setting =>
                                KeyValuePair.Create(setting.Key, (JsonNode?)setting.Value)
                            )
                        ),
                    })
                )
            );
            return;
        }

        var table = Screen.NewTable(
            ("run", Justify.Left),
            ("seed", Justify.Right),
            ("done", Justify.Left),
            ("sets", Justify.Left)
        );
        foreach (var run in sweep.Runs)
        {
            table.AddTexts(
                run.Configuration.Name,
                FormattableString.Invariant($"{run.Seed}"),
                run.Folder.IsDone ? "yes" : "no",
                run.Configuration == sweep.Baseline
                    ? "the baseline of all"
                    : string.Join(
                        ", ",
                        run.Configuration.Settings.Select(setting => $"{setting.Key} = {setting.Value}")
                    )
            );
        }

        Screen.Write(
            output,
            new Rows(
                table,
                new Text(
                    FormattableString.Invariant(
                        $"{sweep.Runs.Length} runs, {sweep.Runs.Count(run => run.Folder.IsDone)} done, in {sweep.Folder}"
                    )
                )
            )
        );
    }
}
