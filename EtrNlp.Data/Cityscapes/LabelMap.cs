using System.Collections.Immutable;
using EtrNlp.Data.Configuration;
using EtrNlp.Data.Datasets;
using EtrNlp.Data.Images;
using EtrNlp.Data.Maps;

namespace EtrNlp.Data.Cityscapes;

/// <summary>The class of every pixel from a file of label ids, which is an 8-bit grey PNG.</summary>
/// <param name="classes">The names of the classes.</param>
/// <param name="positions">For each id the position of its class; 255 where it has none.</param>
/// <param name="remarks">Hears of files without a class.</param>
public sealed class LabelMap(ImmutableArray<string> classes, ImmutableArray<byte> positions, Remarks remarks) : IMapFile
{
    /// <inheritdoc/>
    public string Summary => "label ids";

    /// <inheritdoc/>
    public string Text => $"label ids as {string.Join(' ', positions)} of {string.Join('\n', classes)}";

    /// <summary>The position of the class; 255 where there is none.</summary>
    public int PixelBytes => 1;

    /// <inheritdoc/>
    public PixelGrid Read(byte[] file, string name)
    {
        var png = PngSamples.Read(file, name);
        if (png.Format is not { IsGrey: true, Bits: 8 })
        {
            throw new DataException($"{name} is {png.Format}, expected 8-bit grey, whose numbers are label ids");
        }

        var kept = new byte[png.Values.Length];
        for (var i = 0; i < kept.Length; i++)
        {
            var id = png.Values[i];
            if (id >= positions.Length)
            {
                throw new DataException(
                    $"{name} has {id} in {png.Size.PlaceOf(i)}, expected label ids of 0 to {positions.Length - 1}"
                );
            }

            kept[i] = positions[id];
        }

        if (!kept.AsSpan().ContainsAnyExcept(KeptClasses.Unknown))
        {
            remarks.Add("no pixel has a class", name);
        }

        return new PixelGrid(kept, png.Size);
    }

    /// <inheritdoc/>
    public MapReader? Find(PixelMap map) => KeptClasses.Find(classes, map);
}
