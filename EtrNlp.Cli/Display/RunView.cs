using System.Globalization;
using EtrNlp.Core.Metrics;
using EtrNlp.Core.Runs;
using EtrNlp.Data.Configuration;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace EtrNlp.Cli.Display;

/// <summary>
/// What a terminal shows of a run that goes on: where it stands, the losses of its tasks, the means of its last
/// evaluation.
/// </summary>
sealed record RunView(
    RunStart Start,
    Pace Pace,
    TrainedBatch? Batch = null,
    (int Epoch, Evaluation Evaluation)? Evaluated = null
)
{
    const int WidestBar = 40;
    const int NarrowestBar = 8;
    const int LabelWidth = 12;
    const int Margin = 3; // a terminal echoes ^C behind the last line, which must not break it

    static readonly Style Faint = new(Color.Grey);
    static readonly Style Done = new(Color.Green);

    /// <summary>The view, no line of it longer than the terminal is wide.</summary>
    public IRenderable Render(int width)
    {
        var lines = new List<Paragraph> { Where(width - Margin) };
        if (Batch is { Losses.Count: > 0 } batch)
        {
            lines.Add(
                Row(
                    "losses",
                    [.. batch.Losses.Select(loss => Number(loss.Task, loss.Loss))],
                    Mean(batch),
                    width - Margin
                )
            );
        }

        if (Evaluated is var (epoch, evaluation))
        {
            lines.Add(
                Row(
                    $"{Values.SnakeCase(evaluation.Split)} {epoch}",
                    Means(evaluation),
                    null,
                    width - Margin
                )
            );
        }

        return new Rows(lines);
    }

    Paragraph Where(int width)
    {
        var at = Batch ?? new TrainedBatch(Start.FirstEpoch, Start.FirstBatch, Start.Batches, 0, []);
        var run = $"{Start.Name} seed {Start.Seed}";
        var epoch = $"  epoch {at.Epoch}/{Start.Epochs} ";
        var pace = string.Create(CultureInfo.InvariantCulture, $" {at.Batch}/{at.Batches}");
        var rest = Batch is null
            ? ""
            : string.Create(
                CultureInfo.InvariantCulture,
                $"  {at.ImagesPerSecond:F1} images/s  {Durations.Text(Pace.Left(at))} left"
            );
        var room = Math.Min(WidestBar, width - run.Length - epoch.Length - pace.Length - rest.Length);
        var bar = room < NarrowestBar ? 0 : room;
        var done = (int)((long)bar * at.Batch / at.Batches);
        return Line(
            width,
            [
                (run, new Style(decoration: Decoration.Bold)),
                (epoch, null),
                (new string('━', done), Done),
                (new string('─', bar - done), Faint),
                (pace, null),
                (rest, Faint),
            ]
        );
    }

    // As many as fit; where not all do, their mean stands first and what is left is counted.
    static Paragraph Row(string label, IReadOnlyList<string> items, string? mean, int width)
    {
        var room = width - LabelWidth;
        var shown = items.Count;
        while (shown > 0 && Joined(shown).Length > room)
        {
            shown--;
        }

        return Line(width, [($"  {label}".PadRight(LabelWidth), Faint), (Joined(shown), null)]);

        string Joined(int count) =>
            count == items.Count
                ? string.Join("  ", items)
                : string.Join(
                    "  ",
                    [.. mean is null ? Array.Empty<string>() : [mean], .. items.Take(count), $"+{items.Count - count}"]
                );
    }

    // What has no room is cut off: a broken line would break the region.
    static Paragraph Line(int width, IEnumerable<(string Text, Style? Style)> parts)
    {
        var (line, room) = (new Paragraph(), width);
        foreach (var (part, style) in parts)
        {
            var text = Printable.Line(part);
            var shown = text[..Math.Clamp(room, 0, text.Length)];
            line.Append(shown, style);
            room -= shown.Length;
        }

        return line;
    }

    static string? Mean(TrainedBatch batch) =>
        batch.Losses.Count == 0 ? null : Number("mean", batch.Losses.Average(loss => loss.Loss));

    static string[] Means(Evaluation evaluation)
    {
        var severalGroups = evaluation.Means.Select(mean => mean.Group).Distinct().Count() > 1;
        return [.. evaluation.Means.Select(mean => Number(severalGroups ? mean.FullName : mean.Name, mean.Value))];
    }

    static string Number(string name, double? value) =>
        value is { } number ? string.Create(CultureInfo.InvariantCulture, $"{name} {number:F4}") : $"{name} -";
}
