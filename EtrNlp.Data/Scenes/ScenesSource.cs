using EtrNlp.Data.Configuration;
using EtrNlp.Data.Datasets;
using EtrNlp.Data.Images;

namespace EtrNlp.Data.Scenes;

/// <summary>Pictures of lit solids rendered from a seed, with attributes that describe them; needs no files.</summary>
public sealed record ScenesSource(ImageSize Size, int Train, int Val, int Test, int Seed) : IDatasetSource
{
    static readonly Setting<ImageSize> SizeKey = new(
        "image_size",
        "Pixels of a side, or [height, width].",
        ImageSizing
            .Type.Where(sizing => sizing.Size is not null, "n or [height, width]")
            .Select(sizing => sizing.Size!.Value),
        "64"
    );

    static readonly Setting<int> TrainKey = new(
        "train",
        "Images to learn from.",
        Values.Integer(min: 2, max: 10_000_000),
        "4096"
    );
    static readonly Setting<int> ValKey = new(
        "val",
        "Images to choose the checkpoint by.",
        Values.Integer(min: 1, max: 10_000_000),
        "512"
    );
    static readonly Setting<int> TestKey = new(
        "test",
        "Images to report on; 0: report on val.",
        Values.Integer(min: 0, max: 10_000_000),
        "512"
    );
    static readonly Setting<int> SeedKey = new(
        "seed",
        "What the scenes are drawn from; not the seed of a run.",
        Values.Integer(min: 0),
        "0"
    );

    /// <summary>The dataset in the registry.</summary>
    public static Entry<IDatasetSource> Entry { get; } =
        new(
            "scenes",
            "Pictures of lit solids rendered from a seed; needs no files.",
            "made for this program",
            [SizeKey, TrainKey, ValKey, TestKey, SeedKey],
            values => new ScenesSource(
                values.Get(SizeKey),
                values.Get(TrainKey),
                values.Get(ValKey),
                values.Get(TestKey),
                values.Get(SeedKey)
            )
        );

    /// <inheritdoc/>
    public PixelNormalization Normalization => PixelNormalization.None;

    /// <summary>Images of a split.</summary>
    public int Count(Split split) =>
        split switch
        {
            Split.Train => Train,
            Split.Val => Val,
            _ => Test,
        };

    /// <inheritdoc/>
    public IDataset Open(DatasetRequest request, CancellationToken cancellation)
    {
        var (attributes, maps) = (Bind(request), SceneMaps.Bind(request));
        var dataset = new ScenesDataset(this, attributes, maps, new SceneDigest(this, request, attributes).Whole);
        SayWhereNoPositive(request, attributes);
        return dataset;
    }

    /// <inheritdoc/>
    public DatasetCounts Validate(DatasetRequest request)
    {
        SayWhereNoPositive(request, Bind(request));
        SceneMaps.Bind(request);
        return new DatasetCounts(Train, Val, Test, IsPacked: false);
    }

    /// <inheritdoc/>
    public SourceDigest Digest(DatasetRequest request, CancellationToken cancellation) =>
        new SceneDigest(this, request, Bind(request)).Sources;

    /// <summary>What stands on an image of a split.</summary>
    internal Scene Scene(Split split, int index) =>
        SceneGenerator.Generate(Seed, Values.SnakeCase(split), index);

    void SayWhereNoPositive(DatasetRequest request, int[] attributes)
    {
        var holds = new bool[SceneAttributes.Names.Length];
        var evaluated = (Split.Val, Index: -1);
        Positives.SayWhereNone(
            [.. request.Columns.Select(column => column.Name)],
            request.Say,
            Count,
            (split, index, column) =>
            {
                if (evaluated != (split, index))
                {
                    SceneAttributes.Evaluate(Scene(split, index), holds);
                    evaluated = (split, index);
                }

                return holds[attributes[column]];
            }
        );
    }

    /// <summary>
    /// The attribute of each requested column: by name, or, where no name is one of ours, by position, so that any
    /// preset of at most 40 columns can be tried without its data.
    /// </summary>
    static int[] Bind(DatasetRequest request)
    {
        request.RefuseNames("scenes");
        var names = SceneAttributes.Names;
        var requested = request.Columns;
        if (requested.Count == 0)
        {
            return [];
        }

        if (requested.Any(column => names.Contains(column.Name) || NearestName.Near(column.Name, names) is not null))
        {
            return
            [
                .. requested.Select(column =>
                    names.IndexOf(column.Name) is var index && index >= 0
                        ? index
                        : throw new InvalidSettingException(
                            column.Key,
                            $"scenes have no attribute '{column.Name}'{NearestName.Hint(column.Name, names)}"
                        )
                ),
            ];
        }

        var distinct = requested.Select(column => column.Name).Distinct().ToList();
        if (distinct.Count > names.Length)
        {
            throw new InvalidSettingException(
                requested[^1].Key,
                $"{distinct.Count} columns are asked for and scenes have {names.Length} attributes; name fewer"
            );
        }

        request.Say(
            $"scenes have no columns named {requested[0].Name}, ...; "
                + $"their attributes {names[0]} to {names[distinct.Count - 1]} stand in, in order"
        );
        return [.. requested.Select(column => distinct.IndexOf(column.Name))];
    }
}
