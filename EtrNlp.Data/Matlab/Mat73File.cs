using EtrNlp.Data.Configuration;
using EtrNlp.Data.Files;
using PureHDF;
using PureHDF.VOL.Native;

namespace EtrNlp.Data.Matlab;

/// <summary>
/// A file of MATLAB's version 7.3, which is HDF5 (<c>save -v7.3</c>). HDF5 shows the dimensions of an array in reverse,
/// so that the last index of MATLAB is the first here.
/// </summary>
public sealed class Mat73File
{
    const long MostTexts = 1 << 16;
    const long MostCharacters = 1 << 12;

    Mat73File(string path, long length) => (Path, Length) = (path, length);

    /// <summary>Where it lies.</summary>
    public string Path { get; }

    /// <summary>Its name in messages.</summary>
    public string Name => System.IO.Path.GetFileName(Path);

    /// <summary>Bytes that it has.</summary>
    public long Length { get; }

    /// <summary>Looks at its head: whether it is such a file, and whole.</summary>
    /// <exception cref="DataException">It cannot be read, is another kind of file, or stops early.</exception>
    public static Mat73File Open(string path)
    {
        var name = System.IO.Path.GetFileName(path);
        try
        {
            using var stream = RegularFile.OpenRead(path, long.MaxValue);
            var head = new byte[Math.Min(stream.Length, Hdf5Signature.HeadBytes)];
            stream.ReadExactly(head);
            var at = Hdf5Signature.Find(head);
            if (at < 0)
            {
                throw new DataException($"{name} is no MATLAB v7.3 (HDF5) file; copy it again");
            }

            var expected =
                Hdf5Signature.LengthOf(head.AsSpan(at)) ?? throw Unreadable(name, "its superblock is unknown");
            return stream.Length >= expected
                ? new Mat73File(path, stream.Length)
                : throw new DataException(
                    $"{name} has {stream.Length:N0} bytes, expected {expected:N0}: the download stopped early; "
                        + "copy it again"
                );
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DataException($"{path} cannot be read ({e.Message})");
        }
    }

    /// <summary>An array of numbers of one type, without reading them.</summary>
    /// <exception cref="DataException">It is missing, or has another type or number of dimensions.</exception>
    public Mat73Slices<T> Slices<T>(string variable, int dimensions)
        where T : unmanaged =>
        Read(file =>
        {
            var dataset = Dataset(file, variable);
            var shape = dataset.Space.Dimensions;
            var (expected, found) = (Hdf5Numbers.NameOf<T>(), Hdf5Numbers.NameOf(dataset.Type));
            return
                found != expected || shape.Length != dimensions
                    ? throw new DataException(
                        $"{Name}: {variable} is {found} [{string.Join(", ", shape)}], "
                            + $"expected {expected} of {dimensions} dimensions"
                    )
                : Hdf5Numbers.IsOfOtherOrder<T>(dataset)
                    ? throw new DataException(
                        $"{Name}: {variable} has the high byte of its numbers first; save it with the low byte first"
                    )
                : new Mat73Slices<T>(this, variable, [.. shape.Select(side => (int)Math.Min(side, int.MaxValue))]);
        });

    /// <summary>The texts of a cell array; null where the file has none of this name.</summary>
    /// <exception cref="DataException">It is damaged.</exception>
    public string[]? Texts(string variable) =>
        Read(file =>
        {
            if (!file.LinkExists(variable))
            {
                return null;
            }

            var cells = Dataset(file, variable);
            Require(cells.Type.Class == H5DataTypeClass.Reference && Count(cells) <= MostTexts, variable);
            return Array.ConvertAll(cells.Read<NativeObjectReference1[]>(), Text);

            string Text(NativeObjectReference1 reference)
            {
                var text = (IH5Dataset)file.Get(reference);
                Require(Hdf5Numbers.NameOf(text.Type) == Hdf5Numbers.NameOf<ushort>(), variable);
                Require(Count(text) <= MostCharacters, variable);
                return string.Concat(text.Read<ushort[]>().Select(code => (char)code));
            }
        });

    /// <summary>Opens the file for as long as something is read; many may do so at once.</summary>
    /// <param name="read">What to read.</param>
    /// <param name="part">What that is in messages; null where it is the file.</param>
    /// <exception cref="DataException">It cannot be read.</exception>
    internal T Read<T>(Func<NativeFile, T> read, string? part = null)
    {
        try
        {
            using var file = H5File.OpenRead(Path);
            return read(file);
        }
        catch (Exception e) when (e is not (DataException or OutOfMemoryException))
        {
            // The library throws whatever a damaged file, or a kind that it does not know, leads it to.
            var how = e.Message.Split('\n')[0].Trim().TrimEnd('.');
            throw part is null ? Unreadable(Name, how) : new DataException($"{part} cannot be read ({how})");
        }
    }

    /// <summary>A variable of the file.</summary>
    /// <exception cref="DataException">There is none of this name.</exception>
    internal NativeDataset Dataset(NativeFile file, string variable) =>
        file.LinkExists(variable) && file.Get(variable) is NativeDataset dataset
            ? dataset
            : throw new DataException($"{Name} has no array '{variable}'; copy the published file");

    static long Count(IH5Dataset dataset) =>
        dataset.Space.Dimensions.Aggregate(
            1L,
            (count, side) => Math.Min(count, MostTexts) * (long)Math.Min(side, MostTexts)
        );

    void Require(bool holds, string variable)
    {
        if (!holds)
        {
            throw Unreadable(Name, $"{variable} is no array of texts");
        }
    }

    static DataException Unreadable(string name, string how) => new($"{name} cannot be read ({how}); copy it again");
}
