using EtrNlp.Core.Experiments;
using EtrNlp.Core.Tasks;
using EtrNlp.Data.Configuration;
using EtrNlp.Tests.Runs;
using NUnit.Framework;

namespace EtrNlp.Tests.Tasks;

/// <summary>The tower that a task names in a file or a preset.</summary>
public sealed class TowerTests
{
    [TestCase("celeba8", 8)]
    [TestCase("celeba40", 40)]
    [TestCase("cityscapes8", 2)]
    [TestCase("nyuv2_15", 3)]
    public void Presets_have_a_tower_for_classes_and_one_for_every_other_task(string preset, int towers) =>
        Assert.That(
            TaskPresets.Find(preset)!.Value.Select(task => task.Tower ?? task.Name).Distinct().Count(),
            Is.EqualTo(towers)
        );

    [Test]
    public void A_task_may_name_one_and_without_it_is_what_it_was()
    {
        using var tiny = new TinyExperiment();
        const string Tasks = "tasks=[{name: a, type: attributes, columns: [grass]TOWER}]";
        var without = ExperimentFile.Load(tiny.Base, [Tasks.Replace("TOWER", "", StringComparison.Ordinal)]);
        var named = ExperimentFile.Load(tiny.Base, [Tasks.Replace("TOWER", ", tower: b", StringComparison.Ordinal)]);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(without.Experiment.Tasks[0].Tower, Is.Null);
            Assert.That(named.Experiment.Tasks[0].Tower, Is.EqualTo("b"));
            Assert.That(YamlWriter.Write(without.Resolved), Does.Not.Contain("tower"));
            Assert.That(YamlWriter.Write(named.Resolved), Does.Contain("tower: b"));
        }
    }
}
