using EtrNlp.Data.Datasets;

namespace EtrNlp.Data.Scenes;

/// <summary>Scenes rendered when they are first asked for, and kept while they fit into memory.</summary>
sealed class ScenesDataset(ScenesSource source, int[] attributes) : IDataset
{
    const long MostKept = 1L << 30; // bytes of pixels over all splits

    readonly bool _keeps = (long)(source.Train + source.Val + source.Test) * source.Size.Height * source.Size.Width * 3 <= MostKept;
    readonly Dictionary<Split, byte[]?[]> _pixels = Enum.GetValues<Split>().ToDictionary(split => split, split => new byte[]?[source.Count(split)]);
    readonly Dictionary<Split, bool[]?[]> _holds = Enum.GetValues<Split>().ToDictionary(split => split, split => new bool[]?[source.Count(split)]);

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

            SceneRenderer.RenderPixels(Scene(split, indices[i]), source.Size.Height, source.Size.Width, target);
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

    public void Dispose()
    {
    }

    Scene Scene(Split split, int index) => SceneGenerator.Generate(source.Seed, split.ToString().ToLowerInvariant(), index);

    bool[] Attributes(Split split, int index)
    {
        var holds = new bool[SceneAttributes.Names.Length];
        SceneAttributes.Evaluate(Scene(split, index), holds);
        return holds;
    }
}
