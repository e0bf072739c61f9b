using System.Diagnostics;
using EtrNlp.Core.Checkpoints;
using EtrNlp.Data.Configuration;
using EtrNlp.Tests.Support;
using NUnit.Framework;

namespace EtrNlp.Tests.Runs;

public sealed class AtomicFileTests
{
    [Test]
    public void What_a_killed_process_left_half_written_is_replaced_and_what_another_one_writes_is_not()
    {
        using var folder = new TemporaryFolder();
        var (path, temporary) = (folder.File("x.json"), folder.File("x.json.tmp"));
        File.WriteAllText(temporary, "half");

        AtomicFile.WriteText(path, "whole");

        Assert.That((File.ReadAllText(path), File.Exists(temporary)), Is.EqualTo(("whole", false)));
        using var other = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None);
        Assert.That(() => AtomicFile.WriteText(path, "again"), Throws.InstanceOf<IOException>());
        Assert.That((File.ReadAllText(path), File.Exists(temporary)), Is.EqualTo(("whole", true)));
    }

    [Test]
    public void A_link_of_the_temporary_name_is_refused_and_not_written_through()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("theirs"), "theirs");
        File.CreateSymbolicLink(folder.File("x.json.tmp"), folder.File("theirs"));

        Assert.That(
            () => AtomicFile.WriteText(folder.File("x.json"), "mine"),
            Throws.InstanceOf<DataException>().With.Message.Contains("x.json.tmp is a symbolic link")
        );
        Assert.That(File.ReadAllText(folder.File("theirs")), Is.EqualTo("theirs"));
    }

    // The new name of a file is in its folder, which is written to the disk by itself.
    [Test]
    [Category("Process")]
    public void A_checkpoint_and_the_folders_above_it_outlast_a_power_cut()
    {
        using var tiny = new TinyExperiment();
        var trace = Path.Combine(Path.GetDirectoryName(tiny.Rival)!, "trace");
        var etrnlp = Path.Combine(AppContext.BaseDirectory, "etrnlp");
        var lines = Traced(
            trace,
            etrnlp,
            "train",
            tiny.Rival,
            "--set",
            "training.epochs=1",
            "--runs",
            tiny.Runs,
            "--device",
            "cpu",
            "--quiet"
        );

        var checkpoints = Path.GetDirectoryName(tiny.Folder().LastCheckpoint)!;
        var renamed = Array.FindLastIndex(
            lines,
            line =>
                line.Contains("rename", StringComparison.Ordinal)
                && line.Contains("last.safetensors.tmp", StringComparison.Ordinal)
        );
        Assert.That(renamed, Is.GreaterThan(0));
        Assert.That(lines.Skip(renamed), Has.Some.Contains($"<{checkpoints}>)"));
        foreach (
            var folder in new[]
            {
                tiny.Folder().Path,
                Path.GetDirectoryName(tiny.Folder().Path),
                tiny.Runs,
                Path.GetDirectoryName(tiny.Runs),
            }
        )
        {
            Assert.That(lines, Has.Some.Contains($"<{folder}>)"));
        }
    }

    // What a process renames and flushes, in order, as the system sees it.
    static string[] Traced(string trace, params string[] command)
    {
        try
        {
            using var process = Process.Start(
                "strace",
                ["-f", "-y", "-e", "trace=fsync,rename,renameat,renameat2", "-o", trace, .. command]
            );
            process.WaitForExit();
            Assert.That(process.ExitCode, Is.Zero);
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Assert.Ignore("strace, which shows what is flushed to the disk, is not installed.");
        }

        return File.ReadAllLines(trace);
    }
}
