using System.CommandLine;
using System.CommandLine.Parsing;
using EtrNlp.Core.Checkpoints;
using EtrNlp.Core.Experiments;
using EtrNlp.Core.Runs;
using EtrNlp.Data.Configuration;
using EtrNlp.Data.Datasets;

namespace EtrNlp.Cli.Commands;

/// <summary>Options that several commands share.</summary>
static class CommonOptions
{
    internal const string JsonName = "--json";

    const int MostOfOwner = 200;

    static readonly Dictionary<string, Split> Splits = Enum.GetValues<Split>().ToDictionary(Values.SnakeCase);

    internal static Argument<string> File(string description = "Experiment file (YAML).") =>
        OnePath("file", description);

    internal static Argument<string[]> Files(string description = "Experiment files (YAML).") =>
        Paths("file", description);

    /// <summary>An argument that is the path of a file or folder.</summary>
    internal static Argument<string> OnePath(string name, string description) =>
        new(name) { Description = description, CustomParser = Path };

    /// <summary>An argument of one path or several.</summary>
    internal static Argument<string[]> Paths(string name, string description, ArgumentArity? arity = null) =>
        new(name)
        {
            Description = description,
            Arity = arity ?? ArgumentArity.OneOrMore,
            CustomParser = result => [.. result.Tokens.Select(token => Path(result, token.Value))],
        };

    /// <summary>An option whose value is the path of a file or folder.</summary>
    internal static Option<string?> PathOption(string name, string description, string helpName) =>
        new(name)
        {
            Description = description,
            HelpName = helpName,
            CustomParser = Path,
        };

    /// <summary>Where something is written, which must be said.</summary>
    internal static Option<string?> Out(string description, string helpName)
    {
        var option = PathOption("--out", description, helpName);
        option.Aliases.Add("-o");
        option.Required = true;
        return option;
    }

    internal static Argument<string> Run() => OnePath("run", "Run folder, such as runs/smoke/seed-0.");

    /// <summary>Which checkpoint of a run.</summary>
    internal static Option<string?> Checkpoint()
    {
        var option = PathOption(
            "--checkpoint",
            $"best, last, previous or the path of one; absent: the one that {RunFolder.ResultName} reports.",
            "checkpoint"
        );
        option.CompletionSources.Add("best", "last", "previous");
        return option;
    }

    internal static Option<string[]> Set() =>
        new("--set")
        {
            Description =
                "path.to.key=value: overrides the file, typed and checked like it; may be given more than once.",
            HelpName = "key=value",
            AllowMultipleArgumentsPerToken = false,
        };

    internal static Option<string> Runs() =>
        new("--runs")
        {
            Description = "Folder of run folders.",
            HelpName = "folder",
            DefaultValueFactory = _ => "runs",
            CustomParser = Path,
        };

    internal static Option<string> Device(string description = "auto, cpu or cuda[:n].") =>
        new("--device")
        {
            Description = description,
            HelpName = "device",
            DefaultValueFactory = _ => "auto",
            CompletionSources = { "auto", "cpu", "cuda" },
        };

    internal static Option<string?> Threads() =>
        new("--threads") { Description = "CPU threads; the same as --set threads=n.", HelpName = "n" };

    /// <summary>CPU threads where a run says how many.</summary>
    internal static Option<string?> ThreadsOfRun()
    {
        var option = Threads();
        option.Description =
            "CPU threads; absent: those of the run, as its numbers depend on them in their last bits.";
        return option;
    }

    /// <summary>The number of threads that is asked for, or that the run has.</summary>
    internal static int? ThreadsOf(ParseResult parse, Option<string?> threads, SavedRun run) =>
        ExperimentFile.Load(run.Folder.ExperimentPath, Overrides(parse, threads)).Experiment.Threads;

    internal static Option<uint> CheckpointEvery() =>
        new("--checkpoint-every")
        {
            Description = "Seconds between two checkpoints inside an epoch; 0: after every step.",
            HelpName = "seconds",
            DefaultValueFactory = _ => 300,
        };

    /// <summary>A split by its name.</summary>
    internal static Option<string?> Split(string absent)
    {
        var option = new Option<string?>("--split")
        {
            Description = $"{string.Join(", ", Splits.Keys)}; absent: {absent}.",
            HelpName = "split",
        };
        option.CompletionSources.Add([.. Splits.Keys]);
        return option;
    }

    /// <summary>The split that was named; null where none was.</summary>
    /// <exception cref="DataException">There is none of that name.</exception>
    internal static Split? SplitOf(ParseResult parse, Option<string?> option) =>
        parse.GetValue(option) is not { } name ? null
        : Splits.TryGetValue(name, out var split) ? split
        : throw new DataException(
            $"--split {name}: expected {string.Join(", ", Splits.Keys)}{NearestName.NearHint(name, Splits.Keys)}"
        );

    /// <summary>An image of a figure.</summary>
    internal static Argument<string> Image() =>
        OnePath("image", "The number of an image of the split, from 0, or the path of an image file.");

    /// <summary>The folder of decoded images, beside the runs of the default folder where none is named.</summary>
    internal static Option<string> Cache() =>
        new("--cache")
        {
            Description = "Folder of decoded images; train's, unless it was given another.",
            HelpName = "folder",
            DefaultValueFactory = _ => RunOptions.CacheBeside("runs"),
            CustomParser = Path,
        };

    internal static Option<uint> Examples() =>
        new("--examples")
        {
            Description =
                "Draw input, label, prediction and error of the first n images of an evaluation: "
                + "a PNG for each task that predicts pixels, in the run's folder.",
            HelpName = "n",
        };

    internal static Option<bool> Tensorboard() =>
        new("--tensorboard")
        {
            Description = "Write a file of events for TensorBoard into each run's folder, derived from its metrics.",
        };

    internal static Option<string?> OnEnd() =>
        new("--on-end")
        {
            Description =
                "A command for the shell, run once when all has ended; what --json would print is its standard input.",
            HelpName = "command",
        };

    /// <summary>Whom a batch system starts a run for.</summary>
    internal static Option<string?> Owner() =>
        new("--owner")
        {
            Description =
                "What all attempts at one job of a cluster have in common: one takes a run from another at once.",
            HelpName = "name",
            Hidden = true,
            CustomParser = result =>
            {
                var owner = result.Tokens[0].Value;
                if (owner.Length is 0 or > MostOfOwner)
                {
                    result.AddError($"--owner: expected a name of 1 to {MostOfOwner} characters, got {owner.Length}");
                }

                return owner;
            },
        };

    /// <summary>A number of things, of which there are never more than an <see cref="int"/> holds.</summary>
    internal static int Count(ParseResult parse, Option<uint> option) =>
        (int)Math.Min(parse.GetValue(option), int.MaxValue);

    /// <summary>The names of those options that the user typed.</summary>
    internal static IReadOnlyList<string> Given(ParseResult parse, params Option[] options) =>
        [
            .. options
                .Where(option => parse.GetResult(option) is { Implicit: false })
                .Select(option => option.Name),
        ];

    internal static Option<bool> Json() =>
        new(JsonName) { Description = "Write one JSON document to standard output." };

    /// <summary>
    /// What the command line changes in a file; <c>--threads n</c> is read and checked like <c>--set threads=n</c>.
    /// </summary>
    internal static string[] Overrides(ParseResult parse, Option<string[]> set, Option<string?> threads) =>
        [.. parse.GetValue(set) ?? [], .. Overrides(parse, threads)];

    static string Path(ArgumentResult result) => Path(result, result.Tokens[0].Value);

    // An empty text is most often a variable of a shell that is not set.
    static string Path(ArgumentResult result, string text)
    {
        if (text.Length == 0)
        {
            var name = result.Parent is OptionResult option ? option.Option.Name : result.Argument.Name;
            result.AddError($"{name}: expected the path of a file or folder, got an empty text");
        }

        return HomeFolder.Expand(text);
    }

    /// <summary>What <c>--threads n</c> changes in a file.</summary>
    internal static string[] Overrides(ParseResult parse, Option<string?> threads) =>
        parse.GetValue(threads) is { } n ? [$"{Experiment.ThreadsName}={n}"] : [];
}
