using System.CommandLine;
using EtrNlp.Cli.Processes;
using EtrNlp.Core.Figures;
using EtrNlp.Data.Configuration;

namespace EtrNlp.Cli.Commands;

/// <summary><c>etrnlp analyze progression RUN...</c>: Figure 1a, a metric of methods over epochs.</summary>
sealed class ProgressionCommand : ExampleCommand
{
    readonly Argument<string[]> _runs = CommonOptions.Paths("run", "Runs, folders of sweeps, or folders of runs.");
    readonly Option<string?> _split = CommonOptions.Split("test where it was evaluated more than once, else val");

    readonly Option<string?> _metric = new("--metric")
    {
        Description = "The metric; absent: f where it is recorded, else loss.",
        HelpName = "name",
    };

    readonly Option<string> _out = FigureFiles.Option("progression");

    ProgressionCommand()
        : base(
            "progression",
            "Figure 1a: a metric over epochs, a line for each experiment and a band over its seeds.",
            "etrnlp analyze progression runs"
        )
    {
        Add(_runs);
        Add(_split);
        Add(_metric);
        Add(_out);
        SetAction(Run);
    }

    internal static Command Create() => new ProgressionCommand();

    int Run(ParseResult parse)
    {
        var split = CommonOptions.SplitOf(parse, _split) is { } named ? Values.SnakeCase(named) : null;
        var files = FigureFiles.At(parse.GetRequiredValue(_out), Progression.Header);
        var notices = parse.Notices();
        var shown = ShownRuns.In(parse.GetRequiredValue(_runs), notices);
        files.Write(Progression.Of(shown, parse.GetValue(_metric), split).ToFigure(), notices);
        return ExitCode.Done;
    }
}
