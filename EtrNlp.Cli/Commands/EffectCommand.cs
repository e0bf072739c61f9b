using System.CommandLine;
using EtrNlp.Cli.Processes;
using EtrNlp.Core.Figures;

namespace EtrNlp.Cli.Commands;

/// <summary>
/// <c>etrnlp analyze effect FOLDER</c>: Figures 6, 8 and S1, what a sweep's setting does to its results.
/// </summary>
sealed class EffectCommand : ExampleCommand
{
    readonly Argument<string> _folder = CommonOptions.OnePath("folder", "Folder of a sweep, such as runs/gamma.");

    readonly Option<string?> _axis = new("--axis")
    {
        Description = "The key of the setting; absent: the only one that differs, or else the names of the runs.",
        HelpName = "path.to.key",
    };

    readonly Option<string> _out = FigureFiles.Option("effect");

    EffectCommand()
        : base(
            "effect",
            "Figures 6, 8 and S1: metrics and delta_p of a sweep against its setting, with the range over seeds.",
            "etrnlp analyze effect runs/gamma --axis routing.gamma"
        )
    {
        Add(_folder);
        Add(_axis);
        Add(_out);
        SetAction(Run);
    }

    internal static Command Create() => new EffectCommand();

    int Run(ParseResult parse)
    {
        var files = FigureFiles.At(parse.GetRequiredValue(_out), AxisEffect.Header);
        var (folder, notices) = (parse.GetRequiredValue(_folder), parse.Notices());
        var effect = AxisEffect.Of(ShownRuns.In([folder], notices), parse.GetValue(_axis), notices.WriteLine);
        files.Write(effect.ToFigure(Path.GetFileName(Path.TrimEndingDirectorySeparator(folder))), notices);
        return ExitCode.Done;
    }
}
