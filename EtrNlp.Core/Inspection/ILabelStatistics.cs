using System.Text.Json.Nodes;

namespace EtrNlp.Core.Inspection;

/// <summary>A line of statistics: what of, and what there is to say.</summary>
public sealed record StatisticsLine(string Part, string Text);

/// <summary>What is counted of a label, image by image, in memory that does not grow with the images.</summary>
public interface ILabelStatistics
{
    /// <summary>Counts the label of one more image.</summary>
    /// <param name="values">Columns, or a map [H, W, channels].</param>
    /// <param name="image">What the image is called.</param>
    void Add(ReadOnlySpan<float> values, string image);

    /// <summary>What people read.</summary>
    IReadOnlyList<StatisticsLine> Lines { get; }

    /// <summary>What may be wrong, each as a sentence.</summary>
    IReadOnlyList<string> Problems { get; }

    /// <summary>What programs read: shares from 0 to 1; null for what has no value.</summary>
    JsonObject ToJson();
}
