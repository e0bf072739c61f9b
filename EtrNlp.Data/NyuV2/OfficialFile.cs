using EtrNlp.Data.Configuration;
using EtrNlp.Data.Datasets;
using EtrNlp.Data.Files;
using EtrNlp.Data.Images;
using EtrNlp.Data.Matlab;

namespace EtrNlp.Data.NyuV2;

/// <summary>The official file: images, labels and depth, one slice of each for every image.</summary>
sealed class OfficialFile
{
    const string Mark = "nyu_depth_v2_labeled.mat";
    const int PublishedImages = 1_449;
    const long PublishedBytes = 2_972_037_809;
    const string PublishedMd5 = "520609c519fba3ba5ac58c8fefcc3530"; // of public records of the download

    readonly Mat73File _file;
    readonly bool _isSubset;

    /// <summary>Looks into the file without reading a slice.</summary>
    /// <exception cref="DataException">It is not whole, or not the published one and no subset is declared.</exception>
    public OfficialFile(string folder, bool isSubset)
    {
        (_file, _isSubset) = (Mat73File.Open(Path.Combine(folder, Mark)), isSubset);
        Count = Slices<byte>("images", 3).Count;
        if (!isSubset && Count != PublishedImages)
        {
            throw new DataException(
                $"{_file.Name} has {Count:N0} images, expected {PublishedImages:N0} as published; "
                    + "copy it again, or set dataset.subset to true"
            );
        }
    }

    /// <summary>The layout, known by this file.</summary>
    public static Layout Layout { get; } = new("official", Mark);

    /// <summary>How many images it has.</summary>
    public int Count { get; }

    /// <summary>Names of the labels 1, 2, ...; null where the file has none.</summary>
    public string[]? Labels => _file.Texts("names");

    /// <summary>The images of some numbers from 1 on.</summary>
    public IReadOnlyList<ImageFile> Images(IReadOnlyList<int> numbers) => List<byte>("images", numbers, 3);

    /// <summary>Their labels.</summary>
    /// <exception cref="DataException">The file does not have them.</exception>
    public IReadOnlyList<ImageFile> ClassesOf(IReadOnlyList<int> numbers) => List<ushort>("labels", numbers);

    /// <summary>Their depth, in-painted.</summary>
    /// <exception cref="DataException">The file does not have it.</exception>
    public IReadOnlyList<ImageFile> DepthOf(IReadOnlyList<int> numbers) => List<float>("depths", numbers);

    /// <summary>Says where the file is another than the published one; its bytes are only read to verify it.</summary>
    public void SayDifferences(Action<string> say, bool verify)
    {
        if (_isSubset)
        {
            return;
        }

        if (_file.Length != PublishedBytes)
        {
            say(
                $"{_file.Name} has {_file.Length:N0} bytes, the published one {PublishedBytes:N0}; "
                    + "it is read as it is"
            );
        }
        else if (verify && Md5.Of(_file.Path, long.MaxValue) is var found && found != PublishedMd5)
        {
            say(
                $"{_file.Name} has other bytes than the published one "
                    + $"(MD5 {found}, expected {PublishedMd5}); it is read as it is"
            );
        }
    }

    IReadOnlyList<ImageFile> List<T>(string variable, IReadOnlyList<int> numbers, params int[] channels)
        where T : unmanaged
    {
        var slices = Slices<T>(variable, channels);
        return slices.Count == Count
            ?
            [
                .. numbers
                    .Select(number => (Number: number, Name: $"image {number} of {_file.Name}"))
                    .Select(image => new ImageFile(image.Name, _file.Path)
                    {
                        Part = new FilePart(
                            $"{variable} {image.Number}",
                            () => slices.Read(image.Number - 1, image.Name)
                        )
                        {
                            Release = slices.Release,
                        },
                    }),
            ]
            : throw new DataException(
                $"{_file.Name} has {Count:N0} images and {slices.Count:N0} {variable}; copy it again"
            );
    }

    Mat73Slices<T> Slices<T>(string variable, params int[] channels)
        where T : unmanaged
    {
        int[] expected = [.. channels, Window.Stored.Width, Window.Stored.Height];
        var slices = _file.Slices<T>(variable, 1 + expected.Length);
        return slices.SliceShape.SequenceEqual(expected)
            ? slices
            : throw new DataException(
                $"{_file.Name}: {variable} has slices of [{string.Join(", ", slices.SliceShape)}], "
                    + $"expected [{string.Join(", ", expected)}]; copy the published file"
            );
    }
}
