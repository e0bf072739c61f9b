using EtrNlp.Data;
using EtrNlp.Data.Configuration;
using EtrNlp.Data.Datasets;
using EtrNlp.Tests.Images;

namespace EtrNlp.Tests.Support;

/// <summary>Datasets as an experiment file configures them.</summary>
static class ConfiguredDataset
{
    /// <summary>The dataset in a folder; the settings say its kind.</summary>
    public static IDatasetSource Of(string root, string settings)
    {
        var reading = new Reading();
        var node = YamlReader.ReadText($"{{root: \"{root.Replace('\\', '/')}\", {settings}}}", "test.yaml");
        var parsed = Values.OneOf(KnownDatasets.All).Read(node, "dataset", reading);
        reading.ThrowIfWrong();
        return parsed!.Value;
    }

    /// <summary>Asks for maps, with a cache in the folder.</summary>
    public static DatasetRequest RequestMaps(this ImageFolder folder, params PixelMap[] maps) =>
        folder.Request() with
        {
            Maps = [.. maps.Select((map, i) => new RequestedMap(map, $"tasks.{i}.type"))],
        };

    /// <summary>A map of an image of train, as the network meets it.</summary>
    public static float[] ReadMap(this IDatasetSource source, ImageFolder folder, PixelMap map, int index = 0)
    {
        using var dataset = source.Open(folder.RequestMaps(map), default);
        var values = new float[source.Size.Height * source.Size.Width * map.Channels];
        dataset.ReadMap(0, Split.Train, [index], values);
        return values;
    }
}
