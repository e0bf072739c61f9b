using EtrNlp.Data.Images;
using EtrNlp.Tests.Support;
using NUnit.Framework;

namespace EtrNlp.Tests.Images;

public sealed class PackProgressTests
{
    // 400 of 1,000 were there, 100 more take 6 s: 500 are left for 30 s.
    [Test]
    public void The_time_left_counts_only_what_was_done_since_the_start()
    {
        var (said, clock) = (new List<string>(), new HandClock());
        var progress = new Progress(said.Add, "images packed", 1000, 400, clock);
        for (var i = 0; i < 100; i++)
        {
            clock.Now += TimeSpan.FromSeconds(0.06);
            progress.Step();
        }

        Assert.That(said, Is.EqualTo(new[] { "images packed: 484 of 1,000, 31 s left" })); // 84 in 5.04 s
    }
}
