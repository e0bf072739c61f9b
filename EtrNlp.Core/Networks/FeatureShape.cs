namespace EtrNlp.Core.Networks;

/// <summary>Channels, height and width of one image's features.</summary>
public readonly record struct FeatureShape(int Channels, int Height, int Width)
{
    /// <summary>Positions of a channel.</summary>
    public long Pixels => (long)Height * Width;

    /// <summary>Numbers of all channels.</summary>
    public long Numbers => Channels * Pixels;

    /// <summary>
    /// The size after a stride, rounded up: what a padded 3x3 convolution and ceil-mode pooling leave.
    /// </summary>
    public FeatureShape Strided(int stride) =>
        this with
        {
            Height = (Height + stride - 1) / stride,
            Width = (Width + stride - 1) / stride,
        };

    /// <inheritdoc/>
    public override string ToString() => $"{Channels}x{Height}x{Width}";
}
