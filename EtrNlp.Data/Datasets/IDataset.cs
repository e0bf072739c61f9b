using System.Collections.Immutable;
using EtrNlp.Data.Configuration;

namespace EtrNlp.Data.Datasets;

/// <summary>The part of a dataset an image belongs to.</summary>
public enum Split : byte
{
    /// <summary>What the network learns from.</summary>
    Train,

    /// <summary>What the reported checkpoint is chosen by.</summary>
    Val,

    /// <summary>What is only reported.</summary>
    Test,
}

/// <summary>Height and width in pixels.</summary>
public readonly record struct ImageSize(int Height, int Width)
{
    /// <summary>Where a pixel is, row by row from 0, for messages.</summary>
    public string PlaceOf(int pixel) => $"row {pixel / Width}, column {pixel % Width}";

    /// <inheritdoc/>
    public override string ToString() => $"{Height}x{Width}";
}

/// <summary>A column some task asks for, and the key it was asked under, for error messages.</summary>
public sealed record RequestedColumn(string Name, string Key)
{
    /// <summary>The names that its cells may hold, at most 255; none where they say yes or no.</summary>
    public ImmutableArray<string> Classes { get; init; } = [];

    /// <summary>What it asks for, as digests have it.</summary>
    internal string Meaning => Classes.Length == 0 ? Name : $"{Name}: {string.Join(" | ", Classes)}";
}

/// <summary>What an experiment wants from a dataset.</summary>
/// <param name="Columns">The columns of its tasks, in task order.</param>
/// <param name="CacheFolder">Where decoded images may be kept.</param>
/// <param name="Say">Hears what is worth a line.</param>
public sealed record DatasetRequest(IReadOnlyList<RequestedColumn> Columns, string CacheFolder, Action<string> Say)
{
    /// <summary>The maps of its tasks.</summary>
    public IReadOnlyList<RequestedMap> Maps { get; init; } = [];

    /// <summary>
    /// Whether every byte of the sources, and of what was decoded from them, is read and compared with what is
    /// remembered.
    /// </summary>
    public bool Verify { get; init; }

    /// <summary>For datasets whose columns all say yes or no.</summary>
    /// <exception cref="InvalidSettingException">A column of names is asked for.</exception>
    public void RefuseNames(string dataset)
    {
        if (Columns.FirstOrDefault(column => column.Classes.Length > 0) is { } column)
        {
            throw new InvalidSettingException(
                column.Key,
                $"the columns of {dataset} say yes or no and this task asks for one of several names; "
                    + "use a dataset that has such a column, such as image_table"
            );
        }
    }

    /// <summary>For datasets that know nothing of an image as a whole.</summary>
    /// <exception cref="InvalidSettingException">A column is asked for.</exception>
    public void RefuseColumns(string dataset)
    {
        if (Columns.Count > 0)
        {
            throw new InvalidSettingException(
                Columns[0].Key,
                $"{dataset} has no attributes of images and this task asks for them; "
                    + "use tasks that predict pixels, such as classes"
            );
        }
    }

    /// <summary>For datasets that know nothing of pixels.</summary>
    /// <exception cref="InvalidSettingException">A map is asked for.</exception>
    public void RefuseMaps(string dataset)
    {
        if (Maps.Count > 0)
        {
            throw new InvalidSettingException(
                Maps[0].Key,
                $"{dataset} says nothing of single pixels and this task asks for them; "
                    + "use a dataset that does, such as scenes"
            );
        }
    }
}

/// <summary>How many images each split has.</summary>
/// <param name="Train">Images that are learned from.</param>
/// <param name="Val">Images that choose a checkpoint.</param>
/// <param name="Test">Images that results are of.</param>
/// <param name="IsPacked">Whether they are kept decoded in a pack.</param>
public sealed record DatasetCounts(int Train, int Val, int Test, bool IsPacked);

/// <summary>The configured choice of the dataset axis: what is known without opening it, and how to open it.</summary>
public interface IDatasetSource
{
    /// <summary>Opens the data and binds the requested columns and maps.</summary>
    /// <exception cref="InvalidSettingException">A requested column or map does not exist.</exception>
    /// <exception cref="DataException">The data is missing or damaged.</exception>
    IDataset Open(DatasetRequest request, CancellationToken cancellation);

    /// <summary>
    /// The size every image will have; read from the data only where the configuration leaves it open.
    /// </summary>
    /// <exception cref="DataException">The size depends on data that cannot be read.</exception>
    ImageSize Size { get; }

    /// <summary>
    /// How an image of any size that is not of the dataset is brought to the network's: stretched, if nothing else is
    /// said.
    /// </summary>
    /// <exception cref="DataException">The size depends on data that cannot be read.</exception>
    ScaledPart Place(ImageSize image) => ScaledPart.Whole(Size);

    /// <summary>How pixels are normalised before they enter the network.</summary>
    PixelNormalization Normalization { get; }

    /// <summary>
    /// Checks that the requested columns and maps exist and that there is enough to train on. It says what there is to
    /// say about them and counts the images, without decoding any.
    /// </summary>
    /// <exception cref="InvalidSettingException">A requested column or map does not exist.</exception>
    /// <exception cref="DataException">The data is missing or damaged.</exception>
    DatasetCounts Validate(DatasetRequest request);

    /// <summary>What other experiments' data is compared with, without decoding images.</summary>
    /// <exception cref="InvalidSettingException">A requested column or map does not exist.</exception>
    /// <exception cref="DataException">The data is missing or damaged.</exception>
    SourceDigest Digest(DatasetRequest request, CancellationToken cancellation);
}

/// <summary>An opened dataset.</summary>
public interface IDataset : ILabelledImages, IDisposable
{
    /// <summary>What it is made of: part of what makes a run the same.</summary>
    DataDigest Digest { get; }

    /// <summary>Where what it decoded is kept; none where it decodes nothing.</summary>
    IReadOnlyList<PackSummary> Packs => [];
}

/// <summary>Per channel (RGB): (pixel / 255 - mean) / std.</summary>
public sealed record PixelNormalization(IReadOnlyList<double> Mean, IReadOnlyList<double> Std)
{
    /// <summary>Pixels in [0, 1] and nothing else, the paper's protocol.</summary>
    public static PixelNormalization None { get; } = new([0, 0, 0], [1, 1, 1]);

    /// <summary>True where it changes nothing.</summary>
    public bool IsIdentity => Mean.All(value => value == 0) && Std.All(value => value == 1);
}
