using EtrNlp.Data.Datasets;

namespace EtrNlp.Tests.Runs;

/// <summary>A dataset that calls back whenever images of a split are read.</summary>
sealed record WatchedSource(IDatasetSource Inner, Action<Split> OnRead, Split? Broken = null) : IDatasetSource
{
    /// <summary>The image whose batch has a last column that is no number, in the split that is broken.</summary>
    public const int BrokenImage = 0;

    public ImageSize Size => Inner.Size;

    public PixelNormalization Normalization => Inner.Normalization;

    public IDataset Open(DatasetRequest request, CancellationToken cancellation) =>
        new WatchedDataset(Inner.Open(request, cancellation), OnRead, Broken);

    public DatasetCounts Validate(DatasetRequest request) => Inner.Validate(request);

    public SourceDigest Digest(DatasetRequest request, CancellationToken cancellation) =>
        Inner.Digest(request, cancellation);

    sealed class WatchedDataset(IDataset inner, Action<Split> onRead, Split? broken) : IDataset
    {
        public DataDigest Digest => inner.Digest;

        public int Count(Split split) => inner.Count(split);

        public void ReadImages(Split split, ReadOnlySpan<int> indices, Span<byte> pixels)
        {
            onRead(split);
            inner.ReadImages(split, indices, pixels);
        }

        public bool HasUnknown(int column) => inner.HasUnknown(column);

        public void ReadColumns(Split split, ReadOnlySpan<int> indices, Span<float> values)
        {
            inner.ReadColumns(split, indices, values);
            if (split == broken && indices.Contains(BrokenImage))
            {
                values[^1] = float.NaN;
            }
        }

        public void ReadMap(int map, Split split, ReadOnlySpan<int> indices, Span<float> values) =>
            inner.ReadMap(map, split, indices, values);

        public void Dispose() => inner.Dispose();
    }
}
