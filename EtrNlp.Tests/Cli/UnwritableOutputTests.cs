using EtrNlp.Cli.Processes;
using EtrNlp.Tests.Runs;
using EtrNlp.Tests.Sweeps;
using NUnit.Framework;

namespace EtrNlp.Tests.Cli;

/// <summary>
/// Standard output, standard error or the log are closed, full, or nobody reads them: no work is lost by that.
/// </summary>
[Category("Process")]
public sealed class UnwritableOutputTests
{
    const string Again = "send it elsewhere, or repeat the command";
    const int FullLogKibibytes = 8192; // more than a checkpoint has

    TinyExperiment _tiny = null!;

    [OneTimeSetUp]
    public void Train()
    {
        if (!OperatingSystem.IsLinux())
        {
            Assert.Ignore("Only Linux has /dev/full.");
        }

        _tiny = new TinyExperiment();
        _tiny.Train();
        _tiny.Train(file: _tiny.Base);
    }

    [OneTimeTearDown]
    public void Forget() => _tiny?.Dispose();

    [TestCase("2>&-")]
    [TestCase("2>/dev/full")]
    [TestCase(">&-")]
    [TestCase(">/dev/full")]
    [TestCase("<&- >&- 2>&-")]
    [TestCase("2>&1 | head -n 1")]
    [TestCase("2> >(head -n 1) | head -n 1")]
    [TestCase("--json 2>/dev/full")]
    [TestCase("--json --quiet 2>&-")]
    public void A_training_whose_output_cannot_be_written_is_finished(string where)
    {
        using var tiny = new TinyExperiment();

        var (code, _, error) = Run($"train {tiny.Base} --runs {tiny.Runs} --device cpu {where}");

        Assert.That(code, Is.Zero, error);
        Assert.That(tiny.Folder("base").IsDone, Is.True);
    }

    [TestCase(">&-", "standard output could not be written: it is closed")]
    [TestCase(">/dev/full", "standard output could not be written: No space left on device")]
    public void A_result_that_a_program_would_read_is_missed_after_everything_is_saved(string where, string expected)
    {
        using var tiny = new TinyExperiment();

        var (code, _, error) = Run($"train {tiny.Base} --runs {tiny.Runs} --device cpu --json --quiet {where}");

        Assert.That((code, error.TrimEnd()), Is.EqualTo((1, $"etrnlp: {expected}; {Again}")));
        Assert.That(tiny.Folder("base").IsDone, Is.True);
    }

    [TestCase("2>&- >&-")]
    [TestCase("2>/dev/full >/dev/full")]
    [TestCase("2>&1 | head -n 1")]
    public void A_sweep_whose_output_cannot_be_written_is_finished(string where)
    {
        using var folder = new SweepFolder("seeds: [0]\n");

        string[] sweep = ["sweep", "sweep.yaml", "--threads", "1", "--device", "cpu"];
        var (code, _, error) = Etrnlp.StartInShell($"\"$0\" \"$@\" {where}", folder.Path, sweep).Finish();

        Assert.That(code, Is.Zero, error);
        Assert.That(File.Exists(folder.In("runs", "tiny", "table.csv")), Is.True);
    }

    [TestCase("runs {runs}")]
    [TestCase("runs {runs} --json")]
    [TestCase("eval {run} --device cpu --json")]
    [TestCase("compare {run} --baseline {base}")]
    [TestCase("list backbone --json")]
    [TestCase("validate {file} --json")]
    [TestCase("train --help")]
    public void An_answer_that_cannot_be_written_is_one_sentence(string command)
    {
        foreach (var (where, reason) in new[] { (">&-", "it is closed"), (">/dev/full", "No space left on device") })
        {
            var (code, _, error) = Run($"{command} {where}");

            Assert.That(code, Is.EqualTo(1));
            Assert.That(error, Is.EqualTo($"etrnlp: standard output could not be written: {reason}; {Again}\n"));
        }

        Assert.That(Run($"{command} 2>&- | head -n 1").Code, Is.Zero, "who reads a part has what he wanted");
    }

    [Test]
    public void A_mistake_keeps_its_exit_code_where_it_cannot_be_told() =>
        Assert.That(Run("train nothing.yaml 2>/dev/full >&-"), Is.EqualTo((2, "", "")));

    [Test]
    public void A_log_that_cannot_be_written_is_told_once_and_the_run_goes_on()
    {
        using var tiny = new TinyExperiment();
        string[] train = ["train", tiny.Base, "--runs", tiny.Runs, "--device", "cpu"];
        using (var first = EtrnlpProcess.Start(train))
        {
            Assert.That(first.WaitForExit(), Is.Zero, first.Errors);
        }

        File.Delete(tiny.Folder("base").ResultPath);
        File.WriteAllBytes(tiny.Folder("base").LogPath, new byte[FullLogKibibytes * 1024]);

        using var process = EtrnlpProcess.StartWithFilesUpTo(FullLogKibibytes, train);

        Assert.That(process.WaitForExit(), Is.Zero, process.Errors);
        Assert.That(process.Errors, Does.Contain($"the log {tiny.Folder("base").LogPath} cannot be written ("));
        Assert.That(process.Errors.Split("the run goes on without it"), Has.Length.EqualTo(2));
        Assert.That(tiny.Folder("base").IsDone, Is.True);
    }

    [Test]
    public void After_the_first_failure_nothing_more_is_tried()
    {
        using var broken = new Broken();
        using var outlet = new Outlet(broken);

        outlet.WriteLine("one");
        outlet.Write("two");
        outlet.Flush();

        Assert.That((outlet.Failure, broken.Tried), Is.EqualTo(("the paper is out", 1)));
    }

    (int Code, string Output, string Error) Run(string command)
    {
        var line = command
            .Replace("{runs}", _tiny.Runs)
            .Replace("{file}", _tiny.Rival)
            .Replace("{run}", _tiny.Folder().Path)
            .Replace("{base}", _tiny.Folder("base").Path);
        return Etrnlp.StartInShell($"\"$0\" {line}", Path.GetDirectoryName(_tiny.Rival)!).Finish();
    }

    sealed class Broken : TextWriter
    {
        public int Tried { get; private set; }

        public override System.Text.Encoding Encoding => System.Text.Encoding.UTF8;

        public override void Write(char value)
        {
            Tried++;
            throw new IOException("the paper is out.");
        }
    }
}
