using System.Text.RegularExpressions;
using EtrNlp.Tests.Cli;
using EtrNlp.Tests.Images;
using EtrNlp.Tests.Support;
using SkiaSharp;

namespace EtrNlp.Tests.Docs;

/// <summary>
/// A folder in which the commands of a document can be typed: the shipped experiments, small enough for a test, files
/// FILE and OTHER, and what else a document speaks of.
/// </summary>
sealed class ReadersFolder : IDisposable
{
    const string Common = """
        dataset: {kind: scenes, image_size: 32, train: 11, val: 5, test: 6}
        tasks:
          - {name: ground, type: attributes, columns: [grass, tiles]}
          - {name: light, type: attributes, columns: [dim_light, overcast]}
        backbone: {kind: resnet18, width: 0.125}
        training: {batch_size: 4, epochs: 2, optimizer: {kind: adam}}
        threads: 1

        """;

    // as docs/own-data.md calls them
    const string FolderOfImages = "path/to/folder";
    const string TableOfImages = "labels.csv";

    // One epoch of a few images, narrow networks, and one configuration of a sweep.
    static readonly (string Key, string Before, string After)[] Small =
    [
        ("train", @"\d+", "11"),
        ("val", @"\d+", "5"),
        ("test", @"[1-9]\d*", "6"),
        ("epochs", @"\d+", "1"),
        ("batch_size", @"\d+", "4"),
        ("width", @"[\d.]+", "0.125"),
        ("seeds", @"\[.*?\]", "[0]"),
        ("gamma", @"\[.*?\]", "[0.5]"),
    ];

    readonly TemporaryFolder _folder = new();

    public ReadersFolder(Document document)
    {
        foreach (var file in Etrnlp.Experiments.Concat(Etrnlp.Sweeps))
        {
            var copy = _folder.File(Etrnlp.Relative(file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.WriteAllText(copy, Shortened(File.ReadAllText(file)));
        }

        File.WriteAllText(_folder.File("OTHER"), $"name: other\n{Common}");
        File.WriteAllText(
            _folder.File("FILE"),
            $"name: file\nrouting: {{kind: etr, gamma: 0.5}}\nbaseline: OTHER\n{Common}"
        );
        foreach (var run in (string[])["a", "b", "c"])
        {
            if (document.Text.Contains($"runs/{run}", StringComparison.Ordinal))
            {
                Require(["train", "OTHER", "--set", $"name={run}"]);
            }
        }

        if (document.Blocks.FirstOrDefault(block => block.Language == "csv") is { } table)
        {
            WriteImages(document, table.Text);
        }
    }

    /// <summary>Runs the program here.</summary>
    public (int Code, string Output, string Error) Run(
        string[] arguments,
        Dictionary<string, string>? environment = null
    ) => Etrnlp.Start(_folder.Path, arguments, environment).Finish();

    /// <summary>Writes a file of a document beside the shipped experiments, as it stands.</summary>
    public string Write(string name, string yaml)
    {
        var path = $"experiments/{name}";
        File.WriteAllText(_folder.File(path), yaml);
        return path;
    }

    public void Dispose() => _folder.Dispose();

    // The document's first experiment is FILE, and its first table has images.
    void WriteImages(Document document, string table)
    {
        File.WriteAllText(
            _folder.File("FILE"),
            Shortened(document.Blocks.First(block => block.Language == "yaml").Text)
        );
        var root = _folder.File(FolderOfImages);
        foreach (var row in table.Split('\n', StringSplitOptions.RemoveEmptyEntries).Skip(1))
        {
            var path = Path.Combine(root, row.Split(',')[0]);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllBytes(path, ImageFolder.Encode((_, _) => SKColors.Teal, 8, 8, SKEncodedImageFormat.Jpeg));
        }

        File.WriteAllText(Path.Combine(root, TableOfImages), table);
    }

    void Require(string[] arguments)
    {
        if (Run(arguments) is (not 0, _, var error))
        {
            throw new InvalidOperationException(error);
        }
    }

    static string Shortened(string yaml) =>
        Small.Aggregate(
            yaml,
            (text, small) => Regex.Replace(text, $@"(?<=\b{small.Key}: ){small.Before}", small.After)
        );
}
