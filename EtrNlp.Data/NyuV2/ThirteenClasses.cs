using System.Collections.Immutable;
using EtrNlp.Data.Configuration;
using EtrNlp.Data.Datasets;
using EtrNlp.Data.Maps;
using EtrNlp.Data.Matlab;

namespace EtrNlp.Data.NyuV2;

/// <summary>
/// From the labels 1 to 894 of the official file to 13 classes, by way of 40 (Gupta et al., CVPR 2013; Couprie et al.,
/// ICLR 2013): <c>classMapping40.mat</c> and <c>class13Mapping.mat</c> of the nyuv2-meta-data repository.
/// </summary>
static class ThirteenClasses
{
    const string To40 = "classMapping40.mat";
    const string To13 = "class13Mapping.mat";
    const int Labels = 894;

    // What class13Mapping.mat holds, for the classes 1 to 40.
    static readonly ImmutableArray<int> _published =
    [
        .. new[] { 12, 5, 6, 1, 4, 9, 10, 12, 13, 6, 8, 6, 13, 10, 6, 13, 6, 7, 7, 5 },
        .. new[] { 7, 3, 2, 6, 11, 7, 7, 7, 7, 7, 7, 6, 7, 7, 7, 7, 7, 7, 6, 7 },
    ];

    /// <summary>For the labels 0 to 894 the position of the class; 255 for 0, which is void.</summary>
    /// <exception cref="DataException">A file is missing or damaged, or is another one.</exception>
    public static ImmutableArray<byte> Positions(string folder, OfficialFile official, DatasetRequest request)
    {
        var path = Path.Combine(folder, To40);
        var read = Mat5File.Read(path, "mapClass", "allClassName");
        var to40 = Numbers(read[0], To40, "mapClass", Labels, _published.Length);
        SayOtherNames(official.Labels, Texts(read[1]), request.Say);
        var to13 = File.Exists(Path.Combine(folder, To13)) ? Read13(folder) : _published;
        var source = to13.SequenceEqual(_published) ? "" : ", which is not the published one";
        var means = File.Exists(Path.Combine(folder, To13)) ? To13 : "the published table";
        request.Say($"nyuv2: labels become 13 classes by {To40} and {means}{source}");
        return [KeptClasses.Unknown, .. to40.Select(class40 => (byte)(to13[class40 - 1] - 1))];
    }

    static ImmutableArray<int> Read13(string folder)
    {
        var read = Mat5File.Read(Path.Combine(folder, To13), "classMapping13");
        var fields = (read[0] as MatValue.Struct)?.Fields ?? ImmutableDictionary<string, MatValue>.Empty;
        if (!Texts(fields.GetValueOrDefault("classNames")).SequenceEqual(ClassSets.Nyuv2))
        {
            throw new DataException($"{To13}: classNames are not the 13 classes of NYUv2; copy it again");
        }

        var labels = fields.GetValueOrDefault("labels13");
        return Numbers(labels, To13, "labels13", _published.Length, ClassSets.Nyuv2.Length);
    }

    static ImmutableArray<int> Numbers(MatValue? value, string file, string variable, int count, int most) =>
        value is MatValue.Numbers { Values: var numbers }
        && numbers.Length == count
        && numbers.All(number => number >= 1 && number <= most && number % 1 == 0)
            ? [.. numbers.Select(number => (int)number)]
            : throw new DataException($"{file}: {variable} is not {count} classes of 1 to {most}; copy it again");

    static string[] Texts(MatValue? value) =>
        value is MatValue.Cells { Values: var cells }
            ? [.. cells.Select(cell => (cell as MatValue.Text)?.Value ?? "")]
            : [];

    static void SayOtherNames(string[]? names, string[] mapped, Action<string> say)
    {
        var other = (names ?? mapped).Zip(mapped).Index().FirstOrDefault(pair => pair.Item.First != pair.Item.Second);
        if (other.Item.First is { } name)
        {
            say($"nyuv2: label {other.Index + 1} is '{name}', and '{other.Item.Second}' in {To40}; numbers count");
        }
    }
}
