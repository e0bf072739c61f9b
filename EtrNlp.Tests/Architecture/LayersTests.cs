using ArchUnitNET.Domain;
using ArchUnitNET.Fluent.Slices;
using ArchUnitNET.Loader;
using EtrNlp.Cli.Commands;
using EtrNlp.Core.Networks;
using EtrNlp.Data.Configuration;
using NUnit.Framework;

namespace EtrNlp.Tests.Architecture;

/// <summary>Folders import only downwards, as docs/architecture.md shows them.</summary>
public sealed class LayersTests
{
    internal static readonly ArchUnitNET.Domain.Architecture Assemblies = new ArchLoader()
        .LoadAssemblies(typeof(CommandLine).Assembly, typeof(NetworkPlan).Assembly, typeof(MapNode).Assembly)
        .Build();

    [TestCase("EtrNlp.Data.(*)")]
    [TestCase("EtrNlp.Core.(*)")]
    [TestCase("EtrNlp.Cli.(*)")]
    public void No_folders_import_each_other_in_a_circle(string folders)
    {
        var circles = SliceRuleDefinition.Slices().Matching(folders).Should().BeFreeOfCycles().Evaluate(Assemblies);

        Assert.That(circles.Where(one => !one.Passed).Select(one => one.Description), Is.Empty);
    }

    [Test]
    public void The_slices_are_there_to_be_looked_at() =>
        Assert.That(
            Assemblies.Types.Select(type => type.Namespace.FullName),
            Is.SupersetOf(new[] { "EtrNlp.Cli.Commands", "EtrNlp.Core.Routing", "EtrNlp.Data.Scenes" })
        );
}
