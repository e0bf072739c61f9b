using EtrNlp.Core.Checkpoints;
using EtrNlp.Tests.Cli;

namespace EtrNlp.Tests.CelebA;

/// <summary>The shipped experiment on a small tree: one epoch of narrow networks, a declared subset.</summary>
static class CelebATraining
{
    const string Name = "celeba-etr-nlp";

    static readonly string[] Small =
    [
        "dataset.subset=true",
        "training.epochs=1",
        "training.batch_size=4",
        "backbone.width=0.125",
        "threads=1",
    ];

    public static RunFolder Folder(CelebATree tree) => RunFolder.Of(Runs(tree), Name, 0);

    public static Task<(int Code, string Output, string Error)> Run(
        CelebATree tree,
        string command,
        string[]? options = null,
        string[]? settings = null
    ) =>
        Etrnlp.Run(
            [
                command,
                Path.Combine(AppContext.BaseDirectory, "experiments", $"{Name}.yaml"),
                .. command == "train" ? (string[])["--runs", Runs(tree), "--device", "cpu"] : [],
                .. options ?? [],
                .. Set($"dataset.root={tree.Root}"),
                .. Small.SelectMany(Set),
                .. (settings ?? []).SelectMany(Set),
            ]
        );

    static string[] Set(string setting) => ["--set", setting];

    static string Runs(CelebATree tree) => tree.Folder.At("runs");
}
