using System.CommandLine;
using EtrNlp.Cli.Slurm;
using EtrNlp.Core.Sweeps;
using EtrNlp.Data.Configuration;

namespace EtrNlp.Cli.Executors;

/// <summary>A cluster with Slurm.</summary>
sealed class SlurmChoice : IExecutorChoice
{
    /// <summary>The option by which a job that goes on says since which submission runs count as tried.</summary>
    internal const string RoundName = "--round";

    /// <summary>The option by which it says which submission it is itself.</summary>
    internal const string TurnName = "--turn";

    /// <summary>The option that follows the runs to their end.</summary>
    internal const string WaitName = "--wait";

    readonly Option<string?>[] _settings =
    [
        .. SlurmSettings.OfCommandLine.Select(setting => new Option<string?>(OptionOf(setting.Name))
        {
            Description = $"Slurm: {setting.Summary}.",
            HelpName = setting.Name,
        }),
    ];

    readonly Option<bool> _wait = new(WaitName) { Description = "Slurm: show how runs go on until they have ended." };
    readonly Option<int?> _round = new(RoundName) { Hidden = true };
    readonly Option<int?> _turn = new(TurnName) { Hidden = true };

    public string Name => "slurm";

    public string Summary => "an array of jobs of a cluster with Slurm";

    public IReadOnlyList<Option> Options => [.. _settings, _wait, _round, _turn];

    public int Threads(ParseResult parse, SweepFile? file) => Settings(parse, file).Cpus;

    public IExecutor Create(ExecutorRequest request)
    {
        if (request.Jobs is not null)
        {
            throw new ConfigException(
                Place.OnCommandLine(IExecutorChoice.JobsName),
                "limits the runs of this machine; of a cluster --array-limit does"
            );
        }

        request.RequireOneDevice();
        SlurmClient.Require();
        return new SlurmExecutor(
            request,
            Settings(request.Parse, request.File),
            TurnOf(request.Parse),
            request.Parse.GetValue(_wait)
        );
    }

    public bool GoesOn(ParseResult parse) => TurnOf(parse) is not null;

    Turn? TurnOf(ParseResult parse) =>
        parse.GetValue(_round) is { } round ? new Turn(round, parse.GetValue(_turn) ?? int.MaxValue) : null;

    SlurmSettings Settings(ParseResult parse, SweepFile? file) =>
        SlurmSettings.Of(
            file?.Written.Child(SlurmSettings.Name),
            _settings
                .Zip(SlurmSettings.OfCommandLine)
                .Where(pair => parse.GetValue(pair.First) is not null)
                .Select(pair => Entry(pair.First.Name, pair.Second.Name, parse.GetValue(pair.First)!))
        );

    static MapEntry Entry(string option, string key, string text)
    {
        var place = Place.OnCommandLine($"{option} {text}");
        return new MapEntry(key, new ScalarNode(text, place), place);
    }

    static string OptionOf(string key) => $"--{key.Replace('_', '-')}";
}
