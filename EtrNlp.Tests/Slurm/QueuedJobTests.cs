using EtrNlp.Cli.Slurm;
using NUnit.Framework;

namespace EtrNlp.Tests.Slurm;

/// <summary>Lines of squeue, as Slurm 22.05 wrote them.</summary>
public sealed class QueuedJobTests
{
    [Test]
    public void An_element_of_an_array_has_its_own_address()
    {
        var job = QueuedJob.Read("etrnlp-tiny-2-0a1b2c3d|11|4|RUNNING|n2|None");

        Assert.That(
            job,
            Is.EqualTo(new QueuedJob("etrnlp-tiny-2-0a1b2c3d", "11", 4, "RUNNING", "None", "n2"))
        );
        Assert.That((job.Id, job.IsActive, job.IsPending), Is.EqualTo(("11_4", true, false)));
    }

    [Test]
    public void A_job_alone_has_no_element()
    {
        var job = QueuedJob.Read("etrnlp-tiny-3-0a1b2c3d|12|N/A|PENDING||Dependency");

        Assert.That((job.Id, job.IsActive, job.IsPending), Is.EqualTo(("12", true, true)));
    }

    [TestCase("COMPLETED", false, false)]
    [TestCase("FAILED", false, false)]
    [TestCase("OUT_OF_MEMORY", false, false)]
    [TestCase("TIMEOUT", false, true)]
    [TestCase("CANCELLED", false, true)]
    [TestCase("NODE_FAIL", false, true)]
    [TestCase("COMPLETING", true, false)]
    [TestCase("CONFIGURING", true, false)]
    [TestCase("SUSPENDED", true, false)]
    [TestCase("A_STATE_OF_A_LATER_VERSION", true, false)]
    public void What_may_still_be_at_work_is_not_submitted_again(string state, bool isActive, bool wasStopped)
    {
        var job = QueuedJob.Read($"name|1|0|{state}||None");

        Assert.That((job.IsActive, job.WasStopped), Is.EqualTo((isActive, wasStopped)));
    }

    [TestCase("launch failed requeued held", true)]
    [TestCase("Priority", false)]
    [TestCase("JobHeldUser", false)]
    public void Only_what_slurm_could_not_start_is_to_be_released(string reason, bool expected) =>
        Assert.That(QueuedJob.Read($"name|1|0|PENDING||{reason}").IsHeldAfterFailedLaunch, Is.EqualTo(expected));
}
