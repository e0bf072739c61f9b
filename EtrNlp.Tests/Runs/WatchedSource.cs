using EtrNlp.Data.Datasets;

namespace EtrNlp.Tests.Runs;

/// <summary>A dataset that calls back whenever images of a split are read.</summary>
sealed record WatchedSource(IDatasetSource Inner, Action<Split> OnRead) : IDatasetSource
{
    public ImageSize Size => Inner.Size;

    public PixelNormalization Normalization => Inner.Normalization;

    public IDataset Open(DatasetRequest request, CancellationToken cancellation) => new WatchedDataset(Inner.Open(request, cancellation), OnRead);

    public void Validate(DatasetRequest request) => Inner.Validate(request);

    sealed class WatchedDataset(IDataset inner, Action<Split> onRead) : IDataset
    {
        public int Count(Split split) => inner.Count(split);

        public void ReadImages(Split split, ReadOnlySpan<int> indices, Span<byte> pixels)
        {
            onRead(split);
            inner.ReadImages(split, indices, pixels);
        }

        public void ReadColumns(Split split, ReadOnlySpan<int> indices, Span<float> values) => inner.ReadColumns(split, indices, values);

        public void Dispose() => inner.Dispose();
    }
}
