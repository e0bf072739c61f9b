using EtrNlp.Data;
using EtrNlp.Data.Configuration;
using EtrNlp.Data.Datasets;
using EtrNlp.Tests.Images;
using EtrNlp.Tests.Support;
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

    public IDatasetSource Source(string size = "4") =>
        ConfiguredDataset.Of(Folder.Path, $"kind: image_table, image_size: {size}, maps: {_map}");

    public DatasetRequest Request(params PixelMap[] maps) => Folder.RequestMaps(maps);

    /// <summary>A requested map of an image of train, as the network meets it.</summary>
    public float[] Read(PixelMap map, string size = "4", int index = 0) => Source(size).ReadMap(Folder, map, index);

    public void Dispose() => Folder.Dispose();
}
