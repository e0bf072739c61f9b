using System.Collections.Immutable;
using EtrNlp.Data.Configuration;
using EtrNlp.Data.Datasets;
using EtrNlp.Data.Images;
using EtrNlp.Data.Maps;

namespace EtrNlp.Data.NpyFolders;

/// <summary>Classes as arrays [H, W] of any numeric type: 0 to K-1 in their order, -1 is void.</summary>
sealed class ArrayClasses(string folder, ImmutableArray<string> classes, Remarks remarks) : IArrayMap
{
    const int Void = -1;

    /// <inheritdoc/>
    public string Folder => folder;

    /// <inheritdoc/>
    public string Text => $"arrays of classes {string.Join('\n', classes)}";

    /// <summary>The position of the class; 255 where there is none.</summary>
    public int PixelBytes => 1;

    /// <inheritdoc/>
    public PixelGrid Read(byte[] file, string name)
    {
        var numbers = MapNumbers.ReadArray(file, name, 1);
        var kept = new byte[numbers.Values.Length];
        for (var i = 0; i < kept.Length; i++)
        {
            var value = numbers.Values[i];
            if (!(value >= Void && value < classes.Length && value == Math.Floor(value)))
            {
                throw new DataException(
                    FormattableString.Invariant($"{name} has {value} in {numbers.Size.PlaceOf(i)}, ")
                        + $"expected a class of 0 to {classes.Length - 1}, or -1 for void"
                );
            }

            kept[i] = value == Void ? KeptClasses.Unknown : (byte)value;
        }

        if (!kept.AsSpan().ContainsAnyExcept(KeptClasses.Unknown))
        {
            remarks.Add("no pixel has a class", name);
        }

        return new PixelGrid(kept, numbers.Size);
    }

    /// <inheritdoc/>
    public MapReader? Find(PixelMap map) => KeptClasses.Find(classes, map);
}
