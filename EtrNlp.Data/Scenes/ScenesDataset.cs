using EtrNlp.Data.Datasets;

namespace EtrNlp.Data.Scenes;

/// <summary>Scenes rendered when they are first asked for, and kept while they fit into memory.</summary>
sealed class ScenesDataset(
    ScenesSource source,
    int[] attributes,
    Action<SceneMaps, Span<float>>[] maps,
    DataDigest digest
) : IDataset
{
    const long MostKept = 1L << 30; // bytes over all splits
    const int BytesOfPixel = 3;
    const int BytesOfMaps = 1 + (4 * sizeof(float));

    readonly bool _keeps =
        (long)(source.Train + source.Val + source.Test)
            * source.Size.Height
            * source.Size.Width
            * (BytesOfPixel + (maps.Length > 0 ? BytesOfMaps : 0))
        <= MostKept;
    readonly Dictionary<Split, byte[]?[]> _pixels = Slots<byte[]>(source);
    readonly Dictionary<Split, bool[]?[]> _holds = Slots<bool[]>(source);
    readonly Dictionary<Split, SceneMaps?[]> _maps = Slots<SceneMaps>(source);

    public DataDigest Digest => digest;

    public int Count(Split split) => source.Count(split);

    public void ReadImages(Split split, ReadOnlySpan<int> indices, Span<byte> pixels)
    {
        var length = source.Size.Height * source.Size.Width * 3;
        for (var i = 0; i < indices.Length; i++)
        {
            var target = pixels.Slice(i * length, length);
            if (_pixels[split][indices[i]] is { } kept)
            {
                kept.CopyTo(target);
                continue;
            }

            SceneRenderer.RenderPixels(source.Scene(split, indices[i]), source.Size.Height, source.Size.Width, target);
            if (_keeps)
            {
                _pixels[split][indices[i]] = target.ToArray();
            }
        }
    }

    public void ReadColumns(Split split, ReadOnlySpan<int> indices, Span<float> values)
    {
        for (var i = 0; i < indices.Length; i++)
        {
            var holds = _holds[split][indices[i]] ??= Attributes(split, indices[i]);
            for (var column = 0; column < attributes.Length; column++)
            {
                values[(i * attributes.Length) + column] = holds[attributes[column]] ? 1 : 0;
            }
        }
    }

    public void ReadMap(int map, Split split, ReadOnlySpan<int> indices, Span<float> values)
    {
        var length = values.Length / indices.Length;
        for (var i = 0; i < indices.Length; i++)
        {
            var rendered = _maps[split][indices[i]] ?? SceneMaps.Render(source.Scene(split, indices[i]), source.Size);
            if (_keeps)
            {
                _maps[split][indices[i]] = rendered;
            }

            maps[map](rendered, values.Slice(i * length, length));
        }
    }

    public void Dispose() { }

    static Dictionary<Split, T?[]> Slots<T>(ScenesSource source)
        where T : class => Enum.GetValues<Split>().ToDictionary(split => split, split => new T?[source.Count(split)]);

    bool[] Attributes(Split split, int index)
    {
        var holds = new bool[SceneAttributes.Names.Length];
        SceneAttributes.Evaluate(source.Scene(split, index), holds);
        return holds;
    }
}
