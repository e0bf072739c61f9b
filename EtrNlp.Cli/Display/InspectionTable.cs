using EtrNlp.Core.Experiments;
using EtrNlp.Core.Inspection;
using EtrNlp.Data.Configuration;
using Spectre.Console;

namespace EtrNlp.Cli.Display;

/// <summary>What was counted of data as a table, one column for each split, and what may be wrong below it.</summary>
static class InspectionTable
{
    /// <summary>Writes it.</summary>
    internal static void Write(TextWriter output, Experiment experiment, IReadOnlyList<SplitStatistics> splits)
    {
        var table = Screen.NewTable([
            ($"{experiment.Name}, {experiment.Dataset.Size}", Justify.Left),
            .. splits.Select(split => (Values.SnakeCase(split.Split), Justify.Right)),
        ]);
        table.AddTexts(["images", .. splits.Select(split => Count(split.Images))]);
        if (splits.Any(split => split.Read < split.Images))
        {
            table.AddTexts(["images looked at", .. splits.Select(split => Count(split.Read))]);
        }

        Add(table, "pixels: mean ± deviation, range", [.. splits.Select(split => split.Pixels.Lines)]);
        for (var task = 0; task < splits[0].Tasks.Length; task++)
        {
            Add(table, splits[0].Tasks[task].Task, [.. splits.Select(split => split.Tasks[task].Labels.Lines)]);
        }

        Screen.Write(output, table);
        foreach (var split in splits)
        {
            foreach (var problem in split.Problems)
            {
                output.WriteLine(Printable.Line($"{Values.SnakeCase(split.Split)}: {problem}"));
            }
        }
    }

    static void Add(Table table, string title, IReadOnlyList<StatisticsLine>[] lines)
    {
        if (lines[0] is [var only])
        {
            table.AddTexts([$"{title}: {only.Part}", .. lines.Select(split => split[0].Text)]);
            return;
        }

        table.AddTexts([title, .. lines.Select(_ => "")]);
        for (var line = 0; line < lines[0].Count; line++)
        {
            table.AddTexts([$"  {lines[0][line].Part}", .. lines.Select(split => split[line].Text)]);
        }
    }

    static string Count(int count) => FormattableString.Invariant($"{count:N0}");
}
