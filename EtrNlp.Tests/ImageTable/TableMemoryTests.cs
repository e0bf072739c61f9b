using System.Text;
using EtrNlp.Data.Datasets;
using EtrNlp.Data.Images;
using EtrNlp.Data.ImageTable;
using EtrNlp.Tests.Images;
using EtrNlp.Tests.Support;
using NUnit.Framework;
using SkiaSharp;

namespace EtrNlp.Tests.ImageTable;

/// <summary>What an opened table keeps of each row.</summary>
[NonParallelizable]
public sealed class TableMemoryTests
{
    // A part of the hash of the file 8, its name 12 and where it ends 4, labels 4, split 1, row of the split 4, checked
    // 1: 34. The rest is for what else the process does meanwhile.
    const int MostBytes = 48;

    [Test]
    public void An_opened_table_keeps_few_bytes_of_a_row()
    {
        using var folder = new ImageFolder();
        folder.Paint("source.png", SKColors.Red, 2, 2);
        var small = Kept(folder, 500);
        var large = Kept(folder, 8500);

        Assert.That((large - small) / 8000.0, Is.LessThan(MostBytes));
    }

    static long Kept(ImageFolder folder, int rows)
    {
        WriteTable(folder, rows);
        var source = new Data.ImageTable.ImageTable(
            new TableFormat(folder.Path, "labels.csv", "image", "split", Separator.Auto),
            ImageSizing.Crop(2),
            PixelNormalization.None
        );
        var request = folder.Request("a", "b", "c", "d");
        source.Open(request, default).Dispose();
        var before = Settled();
        using var dataset = source.Open(request, default);
        var kept = Settled() - before;
        Assert.That(dataset.Count(Split.Train) + dataset.Count(Split.Val), Is.EqualTo(rows));
        return kept;
    }

    // What other tests have left to be finalised is not of this one.
    static long Settled()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        return GC.GetTotalMemory(forceFullCollection: true);
    }

    static void WriteTable(ImageFolder folder, int rows)
    {
        var table = new StringBuilder("image,split,a,b,c,d\n");
        for (var i = 0; i < rows; i++)
        {
            var path = folder.At($"i{i:D7}.png");
            if (!File.Exists(path))
            {
                HardLink.Create(folder.At("source.png"), path);
            }

            table.Append(FormattableString.Invariant($"i{i:D7}.png,{(i % 9 == 0 ? "val" : "train")},1,0,1,0\n"));
        }

        folder.Write("labels.csv", Encoding.ASCII.GetBytes(table.ToString()));
    }
}
