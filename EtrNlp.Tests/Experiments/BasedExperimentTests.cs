using EtrNlp.Core.Experiments;
using EtrNlp.Data.Configuration;
using EtrNlp.Tests.Cli;
using EtrNlp.Tests.Runs;
using NUnit.Framework;

namespace EtrNlp.Tests.Experiments;

/// <summary>Experiments that build on another file, as commands meet them.</summary>
public sealed class BasedExperimentTests
{
    TinyExperiment _tiny = null!;

    [SetUp]
    public void Write_experiments() => _tiny = new TinyExperiment();

    [TearDown]
    public void Remove_them() => _tiny.Dispose();

    // rival.yaml is base.yaml and one line
    string Based => _tiny.Write("based.yaml", "base: base.yaml\nname: based\nrouting: {kind: etr, gamma: 0.5}\n");

    [Test]
    public void It_is_the_experiment_that_is_written_out_in_one_file()
    {
        var (based, whole) = (ExperimentFile.Load(Based, []), ExperimentFile.Load(_tiny.Rival, []));

        Assert.That(Identity.Of(based.Resolved), Is.EqualTo(Identity.Of(whole.Resolved)));
        Assert.That(based.Resolved.Find("base"), Is.Null);
        Assert.That(based.Experiment.Name, Is.EqualTo("based"));
    }

    [Test]
    public void Overrides_of_the_command_line_come_last() =>
        Assert.That(
            ExperimentFile.Load(Based, ["routing.gamma=1", "backbone.width=0.25"]).Experiment.Backbone.Width,
            Is.EqualTo(0.25)
        );

    [Test]
    public void Mistakes_of_all_files_are_placed_where_they_stand()
    {
        var low = _tiny.Write(
            "low.yaml",
            File.ReadAllText(_tiny.Base).Replace("width: 0.125", "width: wide", StringComparison.Ordinal)
        );
        var top = _tiny.Write("top.yaml", "base: low.yaml\nname: top\nrouting: {kind: etr, gama: 0.5}\n");

        var complaints = Assert.Throws<ConfigException>(() => ExperimentFile.Load(top, [])).Errors;

        Assert.That(
            complaints.Select(one => $"{one}"),
            Has.One.StartsWith($"{low}(6,").And.One.StartsWith($"{top}(3,22): routing.gama: unknown key")
        );
    }

    [Test]
    public void A_path_belongs_to_the_file_it_stands_in()
    {
        Directory.CreateDirectory(Path.Combine(Path.GetDirectoryName(_tiny.Base)!, "sub"));
        _tiny.Write("low.yaml", "base: based.yaml\nbaseline: base.yaml\nname: low\n");
        _ = Based;
        var top = _tiny.Write(Path.Combine("sub", "top.yaml"), "base: ../low.yaml\nname: top\n");

        Assert.That(ExperimentFile.Load(top, []).Experiment.Baseline, Is.EqualTo(_tiny.Base));
    }

    [Test]
    public void Another_kind_on_the_command_line_drops_keys_of_both_files_with_notices()
    {
        var low = _tiny.Write(
            "low.yaml",
            File.ReadAllText(Based) + "dataset: {kind: image_table, root: nowhere, image_size: 32}\n"
        );
        var top = _tiny.Write("top.yaml", "base: low.yaml\nname: top\ndataset: {table: labels.csv}\n");

        var file = ExperimentFile.Load(top, ["dataset.kind=scenes"]);

        Assert.That(
            file.Notices.Where(notice => notice.EndsWith("replaced and is left out", StringComparison.Ordinal)),
            Has.One.StartsWith($"{low}(").And.One.StartsWith($"{top}(")
        );
    }

    [Test]
    public async Task Commands_take_it()
    {
        var (code, output, error) = await Etrnlp.Run("validate", Based, "--resolved");
        var profiled = await Etrnlp.Run("profile", Based);
        var sweep = _tiny.Write("sweep.yaml", "name: sweep\nbase: based.yaml\ngrid: {routing.gamma: [0.25, 1]}\n");
        var swept = await Etrnlp.Run("validate", sweep);

        Assert.That((code, profiled.Code, swept.Code), Is.EqualTo((0, 0, 0)), $"{error}{profiled.Error}{swept.Error}");
        Assert.That(output, Does.Not.Contain("base:"));
        Assert.That(swept.Output, Does.Contain("a sweep of 2 runs"));
    }

    [Test]
    public void A_folder_of_a_run_builds_on_nothing()
    {
        var file = _tiny.Write("held.yaml", File.ReadAllText(Based));

        Assert.That(
            Assert.Throws<ConfigException>(() => ExperimentFile.Held(file)).Message,
            Does.Contain("held.yaml(1,1): base: unknown key")
        );
    }
}
