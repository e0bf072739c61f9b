using System.CommandLine;

namespace EtrNlp.Cli.Commands;

/// <summary><c>etrnlp data ...</c>: what can be done with data before anything is trained on it.</summary>
static class DataCommand
{
    internal static Command Create() =>
        new ExampleCommand(
            "data",
            "Decode the data of experiments into its pack, look at it, or time how fast it is read.",
            "etrnlp data inspect experiments/scenes-nyu-etr-nlp.yaml"
        )
        {
            DataPrepareCommand.Create(),
            DataInspectCommand.Create(),
            DataBenchCommand.Create(),
        };
}
