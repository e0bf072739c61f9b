using EtrNlp.Tests.CelebA;
using NUnit.Framework;

namespace EtrNlp.Tests.Mutations;

/// <summary>A damaged list of CelebA is refused in one sentence, or read as a list of the same images.</summary>
[Category("Slow")]
public sealed class CelebAMutationTests
{
    const int InTheSuite = 300;
    const int AtLength = 10_000;

    [TestCase("Anno/list_attr_celeba.txt", InTheSuite)]
    [TestCase("Eval/list_eval_partition.txt", InTheSuite)]
    [TestCase("list_attr_celeba.csv", InTheSuite)]
    [TestCase("list_eval_partition.csv", InTheSuite)]
    [TestCase("Anno/list_attr_celeba.txt", AtLength, Explicit = true, Reason = "takes minutes")]
    [TestCase("Eval/list_eval_partition.txt", AtLength, Explicit = true, Reason = "takes minutes")]
    [TestCase("list_attr_celeba.csv", AtLength, Explicit = true, Reason = "takes minutes")]
    [TestCase("list_eval_partition.csv", AtLength, Explicit = true, Reason = "takes minutes")]
    public void A_damaged_list_is_a_list_or_a_sentence(string path, int times)
    {
        using var tree = new CelebATree();
        var isTable = path.EndsWith(".csv", StringComparison.Ordinal);
        Action write = isTable ? () => tree.Csv() : () => tree.Official();
        write();
        var whole = File.ReadAllBytes(tree.At(path));
        var source = tree.Source(isTable ? "subset: true, layout: csv" : "subset: true, layout: official");

        MutationTests.Try(
            path,
            times,
            whole,
            600,
            bytes =>
            {
                File.WriteAllBytes(tree.At(path), bytes);
                var counts = source.Validate(tree.Folder.Request("Smiling"));
                Assert.That(counts.Train + counts.Val + counts.Test, Is.EqualTo(CelebATree.Count));
            }
        );
    }
}
