using EtrNlp.Core.Checkpoints;
using NUnit.Framework;

namespace EtrNlp.Tests.Runs;

/// <summary>The file of a lease while several processes write it, each under a name of its own.</summary>
public sealed class LeaseFileTests
{
    TinyExperiment _tiny = null!;

    [SetUp]
    public void Make()
    {
        _tiny = new TinyExperiment();
        HandMadeLease.Here.Write(_tiny.Folder());
    }

    [TearDown]
    public void Forget() => _tiny.Dispose();

    [TestCase("lease.json.tmp")]
    [TestCase("lease.json.0123456789abcdef0123456789abcdef.tmp")]
    public void What_another_process_is_writing_stays_while_a_run_is_taken_and_given_back(string name)
    {
        using (var other = new FileStream(In(name), FileMode.CreateNew, FileAccess.Write, FileShare.None))
        {
            using var lease = Take();
            lease.Require();
        }

        Assert.That(Directory.GetFiles(_tiny.Folder().Path), Is.EqualTo(new[] { In(name) }));
    }

    [TestCase("lease.json.tmp")]
    [TestCase("lease.json.0123456789abcdef0123456789abcdef.tmp")]
    public void What_a_killed_process_left_half_written_is_removed_by_whoever_comes(string name)
    {
        File.WriteAllText(In(name), "{");
        File.SetLastWriteTimeUtc(In(name), DateTime.UtcNow.AddMinutes(-3));

        using var lease = Take();

        Assert.That(Directory.GetFiles(_tiny.Folder().Path), Is.EqualTo(new[] { In("lease.json") }));
    }

    [Test]
    public void A_lease_that_a_newcomer_wrote_since_the_last_look_is_put_back()
    {
        var text = File.ReadAllText(In("lease.json"));

        LeaseFile.Remove(_tiny.Folder(), "token of one who goes");

        Assert.That(Directory.GetFiles(_tiny.Folder().Path), Is.EqualTo(new[] { In("lease.json") }));
        Assert.That(File.ReadAllText(In("lease.json")), Is.EqualTo(text));
        LeaseFile.Remove(_tiny.Folder(), FoundLease.In(_tiny.Folder()).Holder!.Token);
        Assert.That(Directory.GetFiles(_tiny.Folder().Path), Is.Empty);
    }

    [Test]
    public void A_run_that_is_moved_aside_takes_nothing_along_that_was_to_become_a_lease()
    {
        File.WriteAllText(In("lease.json.0123456789abcdef0123456789abcdef.tmp"), "{");

        Assert.That(Directory.GetFiles(_tiny.Folder().MoveAside()!), Is.Empty);
    }

    string In(string name) => Path.Combine(_tiny.Folder().Path, name);

    RunLease Take() => new(_tiny.Folder(), new LateLock(_tiny.Folder(), null), null, TimeSpan.FromHours(1));
}
