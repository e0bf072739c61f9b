using EtrNlp.Core.Experiments;
using EtrNlp.Core.Metrics;
using EtrNlp.Data.Configuration;
using EtrNlp.Data.Datasets;

namespace EtrNlp.Core.Runs;

/// <summary>Digests of the data of experiments, each opened once.</summary>
/// <param name="cacheFolder">Where datasets keep what they decoded.</param>
/// <param name="say">Hears what there is to say while data is read.</param>
/// <param name="verify">Reads every byte and compares it with what is remembered.</param>
public sealed class DataDigests(string cacheFolder, Action<string> say, bool verify = false)
{
    readonly Dictionary<string, (DataDigest Digest, IReadOnlyList<PackSummary> Packs)> _whole = [];
    readonly Dictionary<string, SourceDigest> _sources = [];

    /// <summary>Of the data as it is used; makes its pack where there is none.</summary>
    /// <exception cref="ConfigException">The experiment does not fit its data.</exception>
    /// <exception cref="DataException">The data cannot be used.</exception>
    public DataDigest Of(ExperimentFile file, CancellationToken cancellation = default) =>
        Open(file, cancellation).Digest;

    /// <summary>Reads an experiment's data if every byte is to be verified.</summary>
    /// <exception cref="DataException">
    /// The data cannot be used, or has changed though its sizes and times have not.
    /// </exception>
    public void Verify(ExperimentFile file)
    {
        if (verify)
        {
            say(Verified(file.Experiment, Open(file, CancellationToken.None).Packs));
        }
    }

    /// <summary>What is said of data of which every byte was compared.</summary>
    public static string Verified(Experiment experiment, IReadOnlyList<PackSummary> packs)
    {
        var mended = packs
            .Where(pack => pack.Mended > 0)
            .Select(pack => FormattableString.Invariant($"{pack.Mended:N0} of {pack.Records:N0} {pack.What}"))
            .ToArray();
        return $"{experiment.Name}: every byte of the data was read, and is as it was"
            + (mended.Length == 0 ? "" : $", but packs were damaged: {string.Join(", ", mended)} were decoded again");
    }

    /// <summary>
    /// What must be said beside delta_p of an experiment and its baseline, as far as it is known before they are
    /// trained.
    /// </summary>
    /// <exception cref="ConfigException">
    /// There is no delta_p between the two, or an experiment does not fit its data.
    /// </exception>
    /// <exception cref="DataException">The data cannot be used.</exception>
    public IReadOnlyList<string> Compare(ExperimentFile file, ExperimentFile baseline)
    {
        var known = KeyOf(file) == KeyOf(baseline) ? new SourceDigest("", "") : null; // whatever it is, it is the same
        return file.Compare(With(file), With(baseline));

        Circumstances With(ExperimentFile one) =>
            one.Circumstances with
            {
                Sources =
                    known
                    ?? Once(_sources, one, () => one.Experiment.Dataset.Digest(Request(one), CancellationToken.None)),
                ImageSize = one.Experiment.Dataset.Size.ToString(),
            };
    }

    (DataDigest Digest, IReadOnlyList<PackSummary> Packs) Open(ExperimentFile file, CancellationToken cancellation) =>
        Once(
            _whole,
            file,
            () =>
            {
                using var dataset = file.Experiment.Dataset.Open(Request(file), cancellation);
                return (dataset.Digest, dataset.Packs);
            }
        );

    DatasetRequest Request(ExperimentFile file) =>
        PreparedExperiment.Request(file.Experiment, cacheFolder, say) with
        {
            Verify = verify,
        };

    static T Once<T>(Dictionary<string, T> known, ExperimentFile file, Func<T> read)
    {
        try
        {
            return known.TryGetValue(KeyOf(file), out var found) ? found : known[KeyOf(file)] = read();
        }
        catch (InvalidSettingException e)
        {
            throw file.At(e);
        }
    }

    /// <summary>
    /// What is written of the data and of what is asked of it: where that is equal, so is what is read.
    /// </summary>
    public static string KeyOf(ExperimentFile file) =>
        string.Concat(
            new[] { Experiment.DatasetName, Experiment.TasksName }.Select(key =>
                YamlWriter.Write(file.Resolved.Child(key)!)
            )
        );
}
