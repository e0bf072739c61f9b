using EtrNlp.Core.Sweeps;
using EtrNlp.Data.Configuration;
using EtrNlp.Tests.Sweeps;
using NUnit.Framework;

namespace EtrNlp.Tests.Slurm;

/// <summary>What a sweep file and a command line may ask of a cluster.</summary>
public sealed class SlurmSettingsTests
{
    // The forms that the manual of sbatch lists.
    [TestCase("90", 90)]
    [TestCase("90:30", 90.5)]
    [TestCase("1:30:00", 90)]
    [TestCase("2-0", 2880)]
    [TestCase("1-12:30", 2190)]
    [TestCase("1-00:00:30", 1440.5)]
    public void A_time_limit_is_read_as_sbatch_reads_it(string text, double minutes) =>
        Assert.That(SlurmSettings.Minutes(text), Is.EqualTo(minutes));

    [TestCase("")]
    [TestCase("1h")]
    [TestCase("1-2-3")]
    [TestCase("1:2:3:4")]
    [TestCase("-5")]
    [TestCase("1:")]
    [TestCase("UNLIMITED")]
    public void What_is_no_limit_is_refused(string text) => Assert.That(SlurmSettings.Minutes(text), Is.Null);

    [Test]
    public void What_is_typed_wins_over_the_file()
    {
        var settings = SlurmSettings.Of(
            YamlReader.ReadText("{time: 60, partition: gpu, cpus: 8}", "sweep.yaml"),
            [new MapEntry("time", new ScalarNode("2-0", Place.Default), Place.Default)]
        );

        Assert.That((settings.Time, settings.Partition, settings.Cpus), Is.EqualTo(("2-0", "gpu", 8)));
    }

    [Test]
    public void A_variable_in_a_line_of_setup_is_the_shells()
    {
        var settings = SlurmSettings.Of(
            YamlReader.ReadText("{setup: ['module load cuda/${CUDA_VERSION}', 'export A=\"$B\"']}", "sweep.yaml"),
            []
        );

        Assert.That(settings.Setup, Is.EqualTo(new[] { "module load cuda/${CUDA_VERSION}", "export A=\"$B\"" }));
    }

    [TestCase("time: 4", "time: a run saves itself 3 minutes before the limit (checkpoint_ahead); 4 leaves it less")]
    [TestCase("tiem: 60", "slurm.tiem: unknown key; did you mean 'time'?")]
    [TestCase("cpus: 0", "slurm.cpus: expected an integer from 1 to 1024, got '0'")]
    [TestCase("setup: module", "slurm.setup: expected a list, each item a line of text, got 'module'")]
    public void A_mistake_of_the_block_is_found_by_every_command_that_reads_the_file(string line, string expected)
    {
        using var folder = new SweepFolder($"grid: {{routing.gamma: [0.5]}}\nslurm: {{{line}}}\n");

        Assert.That(folder.Complaints(), Has.One.Contains(expected).And.One.StartsWith("sweep.yaml(4,"));
    }
}
