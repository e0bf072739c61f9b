using EtrNlp.Data;
using EtrNlp.Data.Configuration;
using EtrNlp.Data.Datasets;
using EtrNlp.Tests.Images;
using SkiaSharp;

namespace EtrNlp.Tests.Maps;

/// <summary>A table of three images of 4 x 4 pixels and files of one map, which a test writes.</summary>
sealed class MappedTable : IDisposable
{
    readonly string _map;

    public MappedTable(string map, string extension = "png")
    {
        _map = map;
        foreach (var name in (string[])["a", "b", "c"])
        {
            Folder.Paint($"{name}.png", SKColors.Gray, 4, 4);
        }

        Folder.Write(
            "labels.csv",
            System.Text.Encoding.UTF8.GetBytes(
                $"image,split,map\na.png,train,m/a.{extension}\nb.png,train,m/b.{extension}\n"
                    + $"c.png,val,m/a.{extension}\n"
            )
        );
    }

    public ImageFolder Folder { get; } = new();

    public IDatasetSource Source(string size = "4")
    {
        var reading = new Reading();
        var node = YamlReader.ReadText(
            $"{{kind: image_table, root: \"{Folder.Path.Replace('\\', '/')}\", image_size: {size}, maps: {_map}}}",
            "test.yaml"
        );
        var parsed = Values.OneOf(KnownDatasets.All).Read(node, "dataset", reading);
        reading.ThrowIfWrong();
        return parsed!.Value;
    }

    public DatasetRequest Request(params PixelMap[] maps) =>
        Folder.Request() with
        {
            Maps = [.. maps.Select((map, i) => new RequestedMap(map, $"tasks.{i}.type"))],
        };

    /// <summary>A requested map of an image of train, as the network meets it.</summary>
    public float[] Read(PixelMap map, string size = "4", int index = 0)
    {
        var source = Source(size);
        using var dataset = source.Open(Request(map), default);
        var values = new float[source.Size.Height * source.Size.Width * map.Channels];
        dataset.ReadMap(0, Split.Train, [index], values);
        return values;
    }

    public void Dispose() => Folder.Dispose();
}
