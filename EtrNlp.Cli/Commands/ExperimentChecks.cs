using EtrNlp.Core.Experiments;
using EtrNlp.Core.Networks;
using EtrNlp.Core.Runs;
using EtrNlp.Core.Sweeps;
using EtrNlp.Data.Configuration;

namespace EtrNlp.Cli.Commands;

/// <summary>An experiment that was checked together with its baseline, and what there is to say about it.</summary>
/// <param name="File">The experiment.</param>
/// <param name="Baseline">What it is compared with; null where it names none.</param>
/// <param name="Plan">Its network.</param>
/// <param name="Notices">What the user should know.</param>
sealed record CheckedExperiment(
    ExperimentFile File,
    ExperimentFile? Baseline,
    NetworkPlan Plan,
    IReadOnlyList<string> Notices
);

/// <summary>Checks experiment files before anything is computed: all mistakes of all files together.</summary>
static class ExperimentChecks
{
    /// <summary>
    /// Reads and checks files, each with its baseline, its network and, if <paramref name="data"/> is given, its data.
    /// </summary>
    /// <exception cref="WrongInputException">Something is wrong.</exception>
    internal static IReadOnlyList<CheckedExperiment> Check(
        IReadOnlyList<string> files,
        IReadOnlyList<string> overrides,
        DataDigests? data
    )
    {
        var experiments = ForEach(files, file => CheckOne(file, overrides, data));
        var shared = experiments
            .DistinctBy(one => one.File.Path)
            .GroupBy(one => one.File.Experiment.Name)
            .FirstOrDefault(group => group.Count() > 1);
        return shared is null
            ? experiments
            : throw new ConfigException(
                shared.Last().File.PlaceOf("name"),
                $"name: {shared.First().File.Path} has the same name '{shared.Key}'; "
                    + "two experiments cannot share a run folder"
            );
    }

    /// <summary>Does something with each item, and collects what goes wrong.</summary>
    /// <exception cref="WrongInputException">Something is wrong.</exception>
    internal static IReadOnlyList<TResult> ForEach<T, TResult>(IEnumerable<T> items, Func<T, TResult> check)
    {
        var (results, mistakes) = (new List<TResult>(), new List<string>());
        foreach (var item in items)
        {
            try
            {
                results.Add(check(item));
            }
            catch (Exception e) when (e is ConfigException or DataException or WrongInputException)
            {
                mistakes.AddRange(Failure.Of(e).Sentences);
            }
        }

        return mistakes.Count == 0 ? results : throw new WrongInputException([.. mistakes.Distinct()]);
    }

    /// <summary>Refuses experiments that a device cannot compute.</summary>
    /// <exception cref="WrongInputException">One is such.</exception>
    internal static void RequireDevice(IEnumerable<ExperimentFile?> files, TorchSharp.torch.Device device) =>
        ForEach(
            files.OfType<ExperimentFile>(),
            file =>
            {
                ComputeSettings.Require(file, device);
                return file;
            }
        );

    static CheckedExperiment CheckOne(string path, IReadOnlyList<string> overrides, DataDigests? data)
    {
        if (!System.IO.File.Exists(path))
        {
            throw new DataException(
                Directory.Exists(path)
                    ? $"{path} is a folder; name an experiment file (YAML) in it"
                    : $"there is no file {path}"
            );
        }

        if (SweepFile.IsSweep(path))
        {
            throw new DataException(
                $"{path} is a sweep, not an experiment; etrnlp sweep trains it and etrnlp validate checks it"
            );
        }

        var notices = new List<string>();
        var file = ExperimentFile.Load(path, overrides);
        var baseline = file.LoadBaseline();
        notices.AddRange(file.Notices);
        var plan = PreparedExperiment.Validate(file, notices.Add, withData: data is not null);
        data?.Verify(file);
        if (baseline is not null)
        {
            PreparedExperiment.Validate(baseline, notices.Add, withData: data is not null);
            data?.Verify(baseline);
            notices.AddRange(
                data?.Compare(file, baseline).Select(remark => $"delta_p against {baseline.Experiment.Name}: {remark}")
                    ?? []
            );
        }

        return new CheckedExperiment(file, baseline, plan, [.. notices.Distinct()]);
    }
}
