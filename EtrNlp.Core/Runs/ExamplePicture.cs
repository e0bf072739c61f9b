using System.Globalization;
using System.Text.RegularExpressions;
using EtrNlp.Core.Checkpoints;
using EtrNlp.Data.Files;

namespace EtrNlp.Core.Runs;

/// <summary>A picture of predictions that a run has drawn: input, label, prediction, error.</summary>
/// <param name="Epoch">After which it was drawn.</param>
/// <param name="Split">The split of the image.</param>
/// <param name="Image">Its number in that.</param>
/// <param name="Task">The task.</param>
/// <param name="Path">The PNG file.</param>
public sealed partial record ExamplePicture(int Epoch, string Split, int Image, string Task, string Path)
{
    const long MostBytes = 1 << 24;

    /// <summary>The file.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    public byte[] Png => RegularFile.ReadBytes(Path, MostBytes);

    /// <summary>Every one of a run, by epoch, split, image and task.</summary>
    public static IReadOnlyList<ExamplePicture> Of(RunFolder folder) => In(folder.ExamplesPath, folder);

    /// <summary>Those of an epoch.</summary>
    public static IReadOnlyList<ExamplePicture> Of(RunFolder folder, int epoch) =>
        In(folder.ExamplesOf(epoch), folder);

    static IReadOnlyList<ExamplePicture> In(string drawn, RunFolder folder) =>
        Directory.Exists(drawn)
            ?
            [
                .. from path in Directory.GetFiles(drawn, "*.png", SearchOption.AllDirectories)
                    let found = Name().Match(System.IO.Path.GetRelativePath(folder.ExamplesPath, path))
                    where found.Success
                    let picture = new ExamplePicture(
                        Number(found.Groups[1]),
                        found.Groups[2].Value,
                        Number(found.Groups[3]),
                        found.Groups[4].Value,
                        path
                    )
                    orderby picture.Epoch, picture.Split, picture.Image, picture.Task
                    select picture,
            ]
            : [];

    static int Number(Group digits) => int.Parse(digits.ValueSpan, CultureInfo.InvariantCulture);

    // As Examples names them.
    [GeneratedRegex(@"^epoch-(\d{1,9})[/\\](train|val|test)-(\d{1,9})-(.+)\.png$")]
    private static partial Regex Name();
}
