using System.Collections.Immutable;
using EtrNlp.Data.Configuration;
using EtrNlp.Data.Datasets;
using EtrNlp.Data.Images;
using EtrNlp.Data.ImageTable;
using EtrNlp.Data.NpyFolders;

namespace EtrNlp.Data.NyuV2;

/// <summary>Where the 13 classes come from.</summary>
public enum NyuV2Classes
{
    /// <summary>From the labels of the official file by class maps.</summary>
    Mat,

    /// <summary>From ready-made PNG files.</summary>
    Png,
}

/// <summary>Where normals come from.</summary>
public enum NyuV2Normals
{
    /// <summary>From the depth of the official file.</summary>
    Depth,

    /// <summary>From a published set of PNG files.</summary>
    Published,
}

/// <summary>NYUv2: rooms with the class, the depth and the normal of every pixel.</summary>
public sealed record NyuV2 : IDatasetSource
{
    static readonly (Split, int)[] _published = [(Split.Train, 795), (Split.Val, 654)];

    static readonly Setting<LayoutChoice> LayoutKey = Layouts.KeyOf(
        "official (nyu_depth_v2_labeled.mat) or pack (train and val with .npy files)"
    );
    static readonly Setting<bool> SubsetKey = new(
        "subset",
        "Whether there may be other images than 795 of train and 654 of val.",
        Values.Flag,
        "false"
    );
    static readonly Setting<NyuV2Classes> ClassesKey = new(
        "classes",
        "What classes come from: mat (labels by classMapping40.mat) or png (new_nyu_class13_NNNN.png).",
        Values.Choice<NyuV2Classes>(),
        "mat"
    );
    static readonly Setting<NyuV2Normals> NormalsKey = new(
        "normals",
        "What normals come from: depth (a plane round each pixel) or published (normals_gt with masks).",
        Values.Choice<NyuV2Normals>(),
        "depth"
    );
    static readonly Setting<ImmutableArray<int>> CropKey = new(
        "crop",
        "The part of official images that is kept before scaling, [top, left, height, width] in pixels of 480x640.",
        Values
            .List(Values.Integer(min: 0), min: 4)
            .Where(
                box => box.Length == 4 && WindowOf(box).Fits,
                "[top, left, height, width] within an image of 480x640"
            ),
        "[0, 0, 480, 640]"
    );
    static readonly Setting<ImageSizing> SizeKey = new(
        "image_size",
        "The size in pixels that images and maps are brought to.",
        ImageSizing.Type,
        "[288, 384]"
    );

    /// <summary>The dataset in the registry.</summary>
    public static Entry<IDatasetSource> Entry { get; } =
        new(
            "nyuv2",
            "Rooms with the class, depth and normal of every pixel: the official .mat, or prepared .npy files.",
            "Silberman et al., ECCV 2012; paper Sec. 4.1",
            [Layouts.RootKey, LayoutKey, SubsetKey, ClassesKey, NormalsKey, CropKey, SizeKey],
            values => new NyuV2
            {
                Root = values.Get(Layouts.RootKey),
                Layout = values.Get(LayoutKey),
                Subset = values.Get(SubsetKey),
                Classes = values.Get(ClassesKey),
                Normals = values.Get(NormalsKey),
                Window = WindowOf(values.Get(CropKey)),
                Sizing = values.Get(SizeKey),
            }
        );

    /// <summary>The folder of the files.</summary>
    public required string Root { get; init; }

    /// <summary>How they lie in it.</summary>
    public required LayoutChoice Layout { get; init; }

    /// <summary>Whether less than the whole is meant.</summary>
    public required bool Subset { get; init; }

    /// <summary>Where the classes of official files come from.</summary>
    public required NyuV2Classes Classes { get; init; }

    /// <summary>Where the normals of official files come from.</summary>
    public required NyuV2Normals Normals { get; init; }

    /// <summary>How images and maps are brought to the size of the network.</summary>
    public required ImageSizing Sizing { get; init; }

    /// <summary>The part of official images that is kept.</summary>
    internal Window Window { get; private init; } = Window.Whole;

    /// <inheritdoc/>
    public ImageSize Size => Sizing.Size ?? Read(new DatasetRequest([], "", _ => { })).SizeBy(Sizing);

    /// <inheritdoc/>
    public ScaledPart Place(ImageSize image) => Sizing.Place(image);

    /// <inheritdoc/>
    public PixelNormalization Normalization => PixelNormalization.None;

    /// <inheritdoc/>
    public IDataset Open(DatasetRequest request, CancellationToken cancellation) =>
        Read(request).Open(Sizing, request, cancellation);

    /// <inheritdoc/>
    public SourceDigest Digest(DatasetRequest request, CancellationToken cancellation) =>
        Read(request).Digest(request, cancellation);

    /// <inheritdoc/>
    public DatasetCounts Validate(DatasetRequest request) => Read(request).Count(Sizing);

    static Window WindowOf(ImmutableArray<int> box) => new(box[0], box[1], new(box[2], box[3]));

    PublishedFiles Read(DatasetRequest request)
    {
        request.RefuseColumns(Entry.Name);
        var (folder, layout) = Layouts.Find(
            Root,
            Entry.Name,
            Layout,
            OfficialFile.Layout,
            NumberedArrays.Layout
        );
        var isPack = layout == NumberedArrays.Layout;
        RefuseWhatItHasNot(isPack);
        var files = isPack ? NyuV2Files.OfPack(folder, request) : NyuV2Files.OfOfficial(folder, this, request);
        return files.Checked($"{Entry.Name}: {layout.Name} layout", folder, Subset, _published, request.Say);
    }

    void RefuseWhatItHasNot(bool isPack)
    {
        (Setting Key, bool IsSet)[] official =
        [
            (ClassesKey, Classes != NyuV2Classes.Mat),
            (NormalsKey, Normals != NyuV2Normals.Depth),
            (CropKey, Window != Window.Whole),
        ];
        if (isPack && official.FirstOrDefault(each => each.IsSet).Key is { } key)
        {
            throw new InvalidSettingException(this, key.Name, "it is for official files, and a pack is as it is");
        }
    }
}
