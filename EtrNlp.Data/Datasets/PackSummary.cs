namespace EtrNlp.Data.Datasets;

/// <summary>What is known of a file of decoded images or maps.</summary>
/// <param name="What">What it is of, in the plural.</param>
/// <param name="Records">How many source files there are, each of which is one record.</param>
/// <param name="Rule">How they are brought to their size, in words.</param>
/// <param name="Size">Height and width of each.</param>
/// <param name="Path">Where the pack is.</param>
/// <param name="Bytes">Its size on the disk.</param>
/// <param name="Mended">How many of them were damaged since it was opened, and decoded again.</param>
public sealed record PackSummary(
    string What,
    int Records,
    string Rule,
    ImageSize Size,
    string Path,
    long Bytes,
    int Mended
);
