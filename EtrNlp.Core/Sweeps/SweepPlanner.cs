using System.Collections.Immutable;
using EtrNlp.Core.Experiments;
using EtrNlp.Core.Runs;
using EtrNlp.Data.Configuration;

namespace EtrNlp.Core.Sweeps;

/// <summary>
/// Turns a sweep file into experiments and checks every one of them, so that nothing is refused after hours of
/// training.
/// </summary>
/// <param name="file">The sweep as written.</param>
/// <param name="overrides">What the command line changes in the experiment that is varied.</param>
/// <param name="runsFolder">Where the sweep's folder is.</param>
/// <param name="threads">Threads of each run, if neither its file nor what is in the folder says how many.</param>
/// <param name="anew">What is in the sweep's folder does not count.</param>
public sealed class SweepPlanner(
    SweepFile file,
    IReadOnlyList<string> overrides,
    string runsFolder,
    int threads,
    bool anew = false
)
{
    // What the one baseline may have otherwise.
    static readonly string[] SharedWithBaseline = [Experiment.DatasetName, Experiment.TasksName];

    readonly string _folder = Path.GetFullPath(Path.Combine(runsFolder, file.Name));
    readonly ConfigMistakes _mistakes = new();
    readonly List<string> _notices = [];

    /// <summary>The checked sweep; its data is looked at if <paramref name="data"/> is given.</summary>
    /// <exception cref="ConfigException">Every mistake found, with its place.</exception>
    /// <exception cref="DataException">The data cannot be used.</exception>
    public Sweep Plan(DataDigests? data)
    {
        var swept = SweptExperiments.Of(file, overrides);
        _notices.AddRange(swept.Varied.Notices);
        var (baseline, all) = (swept.Baseline, swept.All);
        Array.ForEach(
            [baseline, .. all.Select(one => one.File)],
            one => _mistakes.Try(() => Validate(one, one == baseline || one == all[0].File || VariesData ? data : null))
        );
        _mistakes.Add(file.Halving?.Mistakes(file.Written, [.. all.Select(one => one.File)]) ?? []);
        _mistakes.ThrowIfAny();
        Array.ForEach([.. all], one => _mistakes.Try(() => Compare(one.File, one.Row, baseline, data)));
        _mistakes.ThrowIfAny();

        var sweep = Named(swept, SettingsOf(swept));
        CheckFolders(sweep, data);
        return sweep;
    }

    SharedSettings SettingsOf(SweptExperiments swept)
    {
        var folders = swept.All.Select(one => Path.Combine(_folder, one.Name));
        return new SharedSettings(
            swept.Seeds,
            swept.Varied.Experiment.Threads
                ?? (anew ? null : SweepFolders.ExistingThreads(folders))
                ?? threads,
            swept.Baseline?.Experiment.Name
        );
    }

    Sweep Named(SweptExperiments swept, SharedSettings settings) =>
        new(
            file.Name,
            _folder,
            swept.Baseline is not { } baseline
                ? null
                : new SweepConfiguration(
                    baseline.Experiment.Name,
                    [],
                    baseline,
                    settings.Resolve(baseline, baseline.Experiment.Name, null)
                ),
            [
                .. swept.All.Select(one => new SweepConfiguration(
                    one.Name,
                    Shown(one.Row),
                    one.File,
                    settings.Resolve(one.File, one.Name, settings.Baseline)
                )),
            ],
            settings.Seeds,
            [.. _notices.Distinct()]
        )
        {
            Halving = file.Halving,
        };

    bool VariesData => file.Axes.SelectMany(axis => axis.Settings).Any(IsShared);

    static bool IsShared(SweepSetting setting) => SharedWithBaseline.Contains(Overrides.FirstKey(setting.Key));

    static ImmutableArray<(string Key, string Value)> Shown(IReadOnlyList<SweepValue> row) =>
        [.. row.SelectMany(SweepAxis.Shown)];

    void Compare(
        ExperimentFile one,
        IReadOnlyList<SweepValue> row,
        ExperimentFile? baseline,
        DataDigests? data
    )
    {
        try
        {
            var remarks = baseline is null
                ? []
                : data?.Compare(one, baseline) ?? one.Compare(one.Circumstances, baseline.Circumstances);
            _notices.AddRange(remarks.Select(remark => $"delta_p against {baseline!.Experiment.Name}: {remark}"));
        }
        catch (ConfigException e)
            when (row.SelectMany(value => value.Settings).FirstOrDefault(IsShared) is { } setting)
        {
            throw new ConfigException(
                setting.Place,
                $"{setting.Key}: all runs are compared with one {e.Errors[0].Message}; "
                    + "take it away with --set baseline=null"
            );
        }
    }

    void Validate(ExperimentFile? one, DataDigests? data)
    {
        if (one is not null)
        {
            _notices.AddRange(one.Notices);
            PreparedExperiment.Validate(one, _notices.Add, withData: data is not null);
            data?.Verify(one);
        }
    }

    void CheckFolders(Sweep sweep, DataDigests? data)
    {
        if (sweep.Baseline is { } baseline && sweep.Configurations.Any(one => one.Name == baseline.Name))
        {
            var named = file.Axes.SelectMany(axis => axis.Values).FirstOrDefault(value => value.Case == baseline.Name);
            throw new ConfigException(
                named?.Place ?? file.Written.Place,
                $"a configuration has the name of the baseline, '{baseline.Name}'; name "
                    + (named is null ? "the baseline otherwise" : "one of them otherwise")
            );
        }

        SweepFolders.Check(sweep, data, anew);
    }
}
