using EtrNlp.Tests.Cli;

namespace EtrNlp.Tests.Cityscapes;

/// <summary>The shipped experiment on a small tree: one epoch of narrow networks, a declared subset.</summary>
static class CityscapesTraining
{
    static readonly string[] Small =
    [
        "dataset.subset=true",
        "dataset.image_size=[32, 64]",
        "training.epochs=1",
        "training.batch_size=2",
        "backbone.width=0.0625",
        "threads=1",
    ];

    public static Task<(int Code, string Output, string Error)> Run(
        CityscapesTree tree,
        string command,
        string[]? options = null,
        string[]? settings = null
    ) =>
        Etrnlp.Run(
            [
                command,
                Path.Combine(AppContext.BaseDirectory, "experiments", "cityscapes-etr-nlp.yaml"),
                .. command == "train" ? (string[])["--runs", tree.Folder.At("runs"), "--device", "cpu"] : [],
                .. options ?? [],
                .. Set($"dataset.root={tree.Root}"),
                .. Small.SelectMany(Set),
                .. (settings ?? []).SelectMany(Set),
            ]
        );

    static string[] Set(string setting) => ["--set", setting];
}
