using EtrNlp.Cli.Commands;
using NUnit.Framework;

namespace EtrNlp.Tests.Docs;

/// <summary>Every command of the documents: understood by the program, and run, or listed with what it needs.</summary>
public sealed class DocumentedCommandsTests
{
    const string LeftOut = "etrnlp: Required argument "; // a sentence may speak of a command by its name alone

    const string Cluster = "it needs a cluster; RealSlurmTests has one where Slurm is installed";
    const string Itself = "it runs this test";
    const string Minutes = "it takes minutes, and tests other builds or the same many times";
    const string Package = "scripts/tool-test.sh does it, with a package of 128 MB";
    const string Peer = "it needs PyTorch, and takes minutes";

    static readonly Dictionary<string, string> NotRun = new()
    {
        ["bash .ci/run"] = Itself,
        ["dotnet test -c Release"] = Itself,
        ["dotnet test -c Release --filter \"TestCategory!=Slow&TestCategory!=Process\""] = Itself,
        ["dotnet test -c Release --filter \"FullyQualifiedName~PrimitiveContractTests\""] = Itself,
        [
            "dotnet test -c Release --filter \"FullyQualifiedName~A_packed_set_of_ten\" "
                + "--logger \"console;verbosity=detailed\""
        ] = Minutes,
        ["dotnet build -c Release"] = "without it there is no test",
        ["dotnet build -c Release -p:TorchBackend=cuda"] = "it downloads several GB",
        ["bash scripts/kill-test.sh"] = Minutes,
        ["bash scripts/sweep-test.sh"] = Minutes,
        ["bash scripts/slurm-cluster.sh start cluster"] = Cluster,
        ["bash scripts/slurm-test.sh"] = Minutes,
        ["etrnlp sweep experiments/gamma.yaml --executor slurm"] = Cluster,
        ["etrnlp sweep experiments/gamma.yaml --executor slurm --time 4:00:00 --gres gpu:1 --cpus 8"] = Cluster,
        ["etrnlp sweep status runs/gamma"] = Cluster,
        ["etrnlp sweep cancel runs/gamma"] = Cluster,
        ["etrnlp sweep experiments/quickstart-cases.yaml --jobs 2 --on-end \"mail -s sweep me@example.org\""] =
            "it sends mail; EndCommandTests has a command that does not",
        ["bash scripts/memory-test.sh"] = Minutes,
        ["bash scripts/mutation-test.sh"] = Minutes,
        ["python3 benchmarks/records.py"] = "it takes minutes, and needs numpy and Pillow",
        ["bash scripts/tool-test.sh"] = Minutes,
        ["dotnet pack EtrNlp.Cli -c Release -o packages"] = Package,
        ["dotnet tool install etrnlp --tool-path tools --source packages"] = Package,
        ["python3 benchmarks/compare.py"] = Peer,
        ["python3 benchmarks/evaluation.py"] = Peer,
        ["python3 benchmarks/equal.py"] = Peer,
        ["python3 benchmarks/etrnlp_torch.py --device cuda --net etrnlp --update synchronized --batch 128 --steps 20"] =
            "it needs PyTorch and a GPU",
        [
            "etrnlp bench benchmarks/resnet18.yaml --device cuda --steps 20 "
                + "--set training.batch_size=128 --set training.update=synchronized"
        ] = "it needs a GPU",
        ["etrnlp sweep experiments/gamma.yaml --jobs 4 --device cuda:1,cuda:2"] = "it needs three GPUs",
        ["etrnlp sweep experiments/quickstart-search.yaml --jobs 2"] = "SearchProcessTests makes a smaller one of it",
        ["etrnlp sweep experiments/all-methods.yaml --jobs 2"] = "it takes half an hour",
        [
            "etrnlp train experiments/clothing-etr-nlp.yaml --set training.epochs=2 "
                + "--set training.optimizer.learning_rate=1e-3"
        ] = "it needs the photographs",
        ["etrnlp reproduce table4 --dry-run"] = "it needs CelebA",
        ["ETRNLP_DATA=data etrnlp reproduce table4 --dry-run"] = "it needs CelebA",
        ["ETRNLP_DATA=data etrnlp reproduce table4 --jobs 2"] = "it needs CelebA",
        ["etrnlp predict runs/a/seed-0 photos/ more/photo.jpg -o photos-predicted"] = "it needs photographs",
        ["etrnlp export runs/b/seed-0 -o exported/torchvision.safetensors --names torchvision"] =
            "it needs a run of torchvision's width; ExportCommandTests has one",
        ["ETRNLP_DATA=data etrnlp validate experiments/celeba-etr-nlp.yaml"] = "it needs CelebA",
        ["ETRNLP_DATA=data etrnlp data prepare experiments/celeba-etr-nlp.yaml"] = "it needs CelebA",
        ["ETRNLP_DATA=data etrnlp data inspect experiments/celeba-etr-nlp.yaml --limit 5000"] = "it needs CelebA",
        ["ETRNLP_DATA=data etrnlp train experiments/celeba-etr-nlp.yaml"] = "it needs CelebA",
        ["ETRNLP_DATA=data etrnlp validate experiments/cityscapes-etr-nlp.yaml"] = "it needs Cityscapes",
        ["ETRNLP_DATA=data etrnlp train experiments/cityscapes-etr-nlp.yaml"] = "it needs Cityscapes",
        ["ETRNLP_DATA=data etrnlp validate experiments/nyuv2-etr-nlp.yaml"] = "it needs NYUv2",
        ["ETRNLP_DATA=data etrnlp train experiments/nyuv2-etr-nlp.yaml"] = "it needs NYUv2",
    };

    static IEnumerable<Document> Documents => Document.All.Where(document => DocumentedCommand.Of(document).Any());

    static IEnumerable<string> Names => Documents.Select(document => document.Name);

    [TestCaseSource(nameof(Names))]
    public void The_program_understands_it(string name)
    {
        var commands = DocumentedCommand.Of(Document.Of(name)).Where(command => command.Arguments is not null);

        Assert.That(
            commands.SelectMany(command => command.Mistakes.Select(mistake => $"{command.Text}: {mistake}")),
            Is.Empty
        );
    }

    // In their order, as a reader of the page types them.
    [TestCaseSource(nameof(Names))]
    public void It_works(string name)
    {
        var document = Document.Of(name);
        using var folder = new ReadersFolder(document);
        using (Assert.EnterMultipleScope())
        {
            foreach (var command in DocumentedCommand.Of(document).Where(command => !NotRun.ContainsKey(command.Text)))
            {
                if (command.Arguments is not { } arguments)
                {
                    Assert.Fail($"'{command.Text}' is neither of this program nor listed here with a reason");
                    continue;
                }

                var (code, _, error) = folder.Run(arguments, command.Environment);
                Assert.That(code, Is.Zero, $"{command.Text}: {error}");
            }
        }
    }

    [TestCaseSource(nameof(Names))]
    public void Scripts_that_it_starts_exist(string name) =>
        Assert.That(
            DocumentedCommand
                .Of(Document.Of(name))
                .Select(command => command.Script)
                .Where(script => script is not null && !File.Exists(Path.Combine(Document.Root, script))),
            Is.Empty
        );

    [Test]
    public void What_is_listed_as_not_run_stands_in_a_document() =>
        Assert.That(
            NotRun.Keys,
            Is.SubsetOf(Documents.SelectMany(DocumentedCommand.Of).Select(command => command.Text))
        );

    // Within a sentence: `etrnlp eval RUN`.
    [TestCaseSource(nameof(Sentences))]
    public void The_program_understands_commands_within_sentences(string text)
    {
        var command = new DocumentedCommand(
            text.Replace("COMMAND", "train", StringComparison.Ordinal).Replace(" N", " 2", StringComparison.Ordinal)
        );

        Assert.That(
            command.Mistakes.Where(mistake => !mistake.StartsWith(LeftOut, StringComparison.Ordinal)),
            Is.Empty
        );
    }

    static IEnumerable<string> Sentences =>
        Document
            .All.Where(document => document.Name != "CHANGELOG.md")
            .SelectMany(document => document.Code)
            .Where(code => code.StartsWith("etrnlp ", StringComparison.Ordinal))
            .Distinct();

    [Test]
    public void The_readme_shows_every_command()
    {
        var shown = DocumentedCommand.Of(Document.Of("README.md")).Select(command => command.Arguments?[0]);

        Assert.That(CommandLine.Root().Subcommands.Select(command => command.Name), Is.SubsetOf(shown));
    }
}
