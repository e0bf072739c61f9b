using EtrNlp.Cli.Display;
using EtrNlp.Core.Runs;
using EtrNlp.Data.Configuration;
using EtrNlp.Tests.Support;
using NUnit.Framework;
using Spectre.Console;

namespace EtrNlp.Tests.Cli;

public sealed class ProgressTests
{
    static readonly RunStart Start = new(
        "mine",
        0,
        "runs/mine/seed-0",
        Epochs: 4,
        Batches: 10,
        FirstEpoch: 2,
        FirstBatch: 5
    );

    // From batch 15 to 20 of 40 in 10 s: 2 s a batch, 20 left.
    [Test]
    public void The_time_left_counts_only_what_this_start_trained()
    {
        var clock = new HandClock { Now = TimeSpan.FromHours(3) };
        var pace = new Pace(Start, clock);
        clock.Now += TimeSpan.FromSeconds(10);

        Assert.That(pace.Left(new TrainedBatch(2, 10, 10, 1, [])), Is.EqualTo(TimeSpan.FromSeconds(40)));
        Assert.That(pace.Left(new TrainedBatch(2, 5, 10, 1, [])), Is.Null);
    }

    [TestCase(12, "12 s")]
    [TestCase(150, "2 min")] // half to even
    [TestCase(3900, "1:05 h")]
    [TestCase(190_000, "2 d 4 h")]
    public void Times_are_as_exact_as_an_estimate(int seconds, string expected) =>
        Assert.That(Durations.Text(TimeSpan.FromSeconds(seconds)), Is.EqualTo(expected));

    [TestCase(40)]
    [TestCase(80)]
    [TestCase(120)]
    public void No_line_of_the_live_view_is_longer_than_the_terminal_is_wide(int width)
    {
        var losses = Enumerable.Range(0, 40).Select(task => ($"attribute_{task}", 0.5)).ToArray();
        var view = new RunView(Start, new Pace(Start, TimeProvider.System), new TrainedBatch(3, 7, 10, 812.5, losses));

        var lines = Drawn(view, width);

        Assert.That(lines, Has.Length.EqualTo(2), "one for where it stands, one for the losses");
        Assert.That(lines.Select(line => line.Length), Has.All.LessThan(width));
        Assert.That(lines[0], Does.StartWith("mine seed 0  epoch 3/4"));
        Assert.That(lines[1], Does.Match(@"^  losses +(mean 0\.5000  )?.*\+\d+$"));
    }

    [Test]
    public void A_name_that_looks_like_markup_is_shown_as_it_is()
    {
        var view = new RunView(Start with { Name = "[red]x" }, new Pace(Start, TimeProvider.System));

        Assert.That(Drawn(view, 80)[0], Does.StartWith("[red]x seed 0"));
    }

    static string[] Drawn(RunView view, int width)
    {
        using var text = new StringWriter { NewLine = "\n" };
        var screen = Screen.Of(text);
        screen.Profile.Width = width;
        screen.Write(view.Render(width));
        return [.. text.ToString().Split('\n').Select(line => line.TrimEnd()).Where(line => line.Length > 0)];
    }
}
