using System.CommandLine;

namespace EtrNlp.Cli.Commands;

/// <summary><c>etrnlp analyze ...</c>: the figures of the paper from runs, each a table and a drawing.</summary>
static class AnalyzeCommand
{
    internal static Command Create() =>
        new ExampleCommand(
            "analyze",
            "Make figures of the paper from runs, each as a table (CSV) and a drawing (SVG).",
            "etrnlp analyze gradients runs/smoke/seed-0"
        )
        {
            ProgressionCommand.Create(),
            GradientsCommand.Create(),
            FeaturesCommand.Create(),
            EffectCommand.Create(),
            PrimitivesCommand.Create(),
        };
}
