using EtrNlp.Tests.Images;
using EtrNlp.Tests.Inspection;
using NUnit.Framework;

namespace EtrNlp.Tests.Cli;

/// <summary>Where <c>data inspect</c> writes its contact sheet, and where it refuses to before it looks.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class ContactSheetFileTests : IDisposable
{
    readonly LabelledFolder _mine = new();

    public void Dispose() => _mine.Dispose();

    [TestCase("m", "it is a folder")]
    [TestCase("new/", "it is a folder")]
    [TestCase("labels.csv", "a file is there that is no PNG")]
    [TestCase("empty.png", "a file is there that is no PNG")]
    [TestCase("labels.csv/sheet.png", "labels.csv' already exists")]
    public async Task What_cannot_be_a_sheet_is_refused_before_anything_is_looked_at(string name, string reason)
    {
        _mine.Folder.Write("empty.png", []);
        var table = File.ReadAllBytes(_mine.Folder.At("labels.csv"));

        Told.IsTold(await Inspect(_mine.Folder.At(name)), 2, Refusal(_mine.Folder.At(name)), reason);
        Assert.That(File.ReadAllBytes(_mine.Folder.At("labels.csv")), Is.EqualTo(table));
        Assert.That(Directory.GetFiles(_mine.Folder.Cache), Is.Empty);
    }

    // Not even root can write there.
    [Test]
    [Platform("Linux")]
    public async Task A_folder_that_cannot_be_written_to_is_refused_before_anything_is_looked_at()
    {
        Told.IsTold(await Inspect("/proc/sheet.png"), 2, Refusal("/proc/sheet.png"));
        Assert.That(Directory.GetFiles(_mine.Folder.Cache), Is.Empty);
    }

    [Test]
    public async Task A_sheet_replaces_a_png_and_leaves_nothing_else()
    {
        var path = _mine.Folder.At("sheets/sheet.png");
        _mine.Folder.Write("sheets/sheet.png", HandMadePng.Grey(1, 1, 0));
        var old = File.ReadAllBytes(path);

        var (code, _, error) = await Inspect(path);

        Assert.That(code, Is.Zero, error);
        Assert.That(File.ReadAllBytes(path)[..8], Is.EqualTo(HandMadePng.Signature));
        Assert.That(File.ReadAllBytes(path), Is.Not.EqualTo(old));
        Assert.That(Directory.GetFileSystemEntries(_mine.Folder.At("sheets")), Is.EqualTo(new[] { path }));
    }

    static string Refusal(string path) => $"etrnlp: cannot write the contact sheet {path}: ";

    async Task<(int Code, string Output, string Error)> Inspect(string sheet)
    {
        var answer = await Etrnlp.Run(
            ["data", "inspect", _mine.File, "--cache", _mine.Folder.Cache, "--sheet", sheet, "--quiet"]
        );
        Assert.That(answer.Error.TrimEnd(), Is.Empty.Or.EndsWith("; choose another with --sheet"));
        return answer;
    }
}
