using EtrNlp.Data.Configuration;
using EtrNlp.Data.Datasets;

namespace EtrNlp.Data;

/// <summary>The datasets experiment files can name.</summary>
public static class KnownDatasets
{
    /// <summary>One line per dataset.</summary>
    public static Registry<IDatasetSource> All { get; } =
        new(
            "dataset",
            Scenes.ScenesSource.Entry,
            ImageTable.ImageTable.Entry,
            CelebA.CelebA.Entry,
            Cityscapes.Cityscapes.Entry,
            NyuV2.NyuV2.Entry
        );
}
