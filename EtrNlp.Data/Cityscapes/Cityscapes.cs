using System.Collections.Immutable;
using EtrNlp.Data.Configuration;
using EtrNlp.Data.Datasets;
using EtrNlp.Data.Images;
using EtrNlp.Data.ImageTable;
using EtrNlp.Data.NpyFolders;

namespace EtrNlp.Data.Cityscapes;

/// <summary>Cityscapes: street scenes with the class and the inverse depth of every pixel.</summary>
/// <param name="Root">The folder of the files.</param>
/// <param name="Layout">How they lie in it.</param>
/// <param name="Subset">Whether less than the whole is meant.</param>
/// <param name="Classes">How many classes there are.</param>
/// <param name="Ambiguous">What becomes of ids that are in a category and in no class.</param>
/// <param name="Depth">What stands for depth.</param>
/// <param name="Sizing">How images and maps are brought to the size of the network.</param>
public sealed record Cityscapes(
    string Root,
    LayoutChoice Layout,
    bool Subset,
    int Classes,
    AmbiguousIds Ambiguous,
    DepthUnit Depth,
    ImageSizing Sizing
) : IDatasetSource
{
    static readonly (Split, int)[] _published = [(Split.Train, 2_975), (Split.Val, 500)];

    static readonly Setting<LayoutChoice> LayoutKey = Layouts.KeyOf(
        "official (leftImg8bit, gtFine, disparity) or pack (train and val with .npy files)"
    );
    static readonly Setting<bool> SubsetKey = new(
        "subset",
        "Whether there may be other images than 2,975 of train and 500 of val of 1024x2048 pixels.",
        Values.Flag,
        "false"
    );
    static readonly Setting<int> ClassesKey = new(
        "classes",
        "How many classes labels have: 7 categories, 19 classes, or 2, which only a pack has.",
        Values.Integer(min: 2, max: 19).Where(classes => Names(classes) is not null, "2, 7 or 19"),
        "7"
    );
    static readonly Setting<AmbiguousIds> AmbiguousKey = new(
        "ambiguous",
        "Pixels in a category but in none of the 19 classes, such as parking: void, or of their category.",
        Values.Choice<AmbiguousIds>(),
        "void"
    );
    static readonly Setting<DepthUnit> DepthKey = new(
        "depth",
        "disparity: the number of the file / 65535, as packs have it; inverse_metres: 1/m by the camera files.",
        Values.Choice<DepthUnit>(),
        "disparity"
    );
    static readonly Setting<ImageSizing> SizeKey = new(
        "image_size",
        "The size in pixels that images and maps are brought to.",
        ImageSizing.Type,
        "[128, 256]"
    );

    /// <summary>The dataset in the registry.</summary>
    public static Entry<IDatasetSource> Entry { get; } =
        new(
            "cityscapes",
            "Street scenes with the class and inverse depth of every pixel: official files, or prepared .npy files.",
            "Cordts et al., CVPR 2016; paper Sec. 4.1",
            [Layouts.RootKey, LayoutKey, SubsetKey, ClassesKey, AmbiguousKey, DepthKey, SizeKey],
            values => new Cityscapes(
                values.Get(Layouts.RootKey),
                values.Get(LayoutKey),
                values.Get(SubsetKey),
                values.Get(ClassesKey),
                values.Get(AmbiguousKey),
                values.Get(DepthKey),
                values.Get(SizeKey)
            )
        );

    /// <inheritdoc/>
    public ImageSize Size => Sizing.Size ?? Read(new DatasetRequest([], "", _ => { })).SizeBy(Sizing);

    /// <inheritdoc/>
    public ScaledPart Place(ImageSize image) => Sizing.Place(image);

    /// <inheritdoc/>
    public PixelNormalization Normalization => PixelNormalization.None;

    /// <summary>For each official id the position of its class; 255 where it has none.</summary>
    internal ImmutableArray<byte> Positions =>
        Classes == ClassSets.Cityscapes.Length ? LabelIds.ToCategories(Ambiguous) : LabelIds.ToClasses();

    /// <inheritdoc/>
    public IDataset Open(DatasetRequest request, CancellationToken cancellation) =>
        Read(request).Open(Sizing, request, cancellation);

    /// <inheritdoc/>
    public SourceDigest Digest(DatasetRequest request, CancellationToken cancellation) =>
        Read(request).Digest(request, cancellation);

    /// <inheritdoc/>
    public DatasetCounts Validate(DatasetRequest request) => Read(request).Count(Sizing);

    static ImmutableArray<string>? Names(int classes) =>
        ClassSets.ByName.TryGetValue($"cityscapes{classes}", out var names) ? names : null;

    PublishedFiles Read(DatasetRequest request)
    {
        request.RefuseColumns(Entry.Name);
        var (folder, layout) = Layouts.Find(
            Root,
            Entry.Name,
            Layout,
            OfficialTrees.Layout,
            NumberedArrays.Layout
        );
        var isPack = layout == NumberedArrays.Layout;
        RefuseWhatItHasNot(isPack);
        var classes = Names(Classes)!.Value;
        var files = isPack
            ? CityscapesFiles.OfPack(folder, this, classes, request)
            : CityscapesFiles.OfOfficial(folder, this, classes, request);
        return files.Checked($"{Entry.Name}: {layout.Name} layout", folder, Subset, _published, request.Say);
    }

    void RefuseWhatItHasNot(bool isPack)
    {
        if (!isPack && Classes == ClassSets.Cityscapes2.Length)
        {
            throw new InvalidSettingException(
                this,
                ClassesKey.Name,
                "which ids make up two classes is published nowhere; write 7 or 19, or use a pack with label_2"
            );
        }

        if (Ambiguous == AmbiguousIds.Category && (isPack || Classes != ClassSets.Cityscapes.Length))
        {
            throw new InvalidSettingException(
                this,
                AmbiguousKey.Name,
                "only the 7 categories of official files can have these pixels; leave it out"
            );
        }

        if (isPack && Depth == DepthUnit.InverseMetres)
        {
            throw new InvalidSettingException(
                this,
                DepthKey.Name,
                "a pack has no cameras, and its disparity stays as it is; leave it out"
            );
        }
    }
}
