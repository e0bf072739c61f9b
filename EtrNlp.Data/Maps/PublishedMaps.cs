using System.Collections.Immutable;
using EtrNlp.Data.Configuration;
using EtrNlp.Data.Datasets;

namespace EtrNlp.Data.Maps;

/// <summary>The maps of a published dataset, which has one list of classes.</summary>
static class PublishedMaps
{
    /// <summary>Finds every requested map.</summary>
    /// <param name="dataset">The dataset in messages, as "X has no class ..." begins.</param>
    /// <param name="classes">The classes that it has.</param>
    /// <param name="files">Its kinds of file.</param>
    /// <param name="request">What is asked for.</param>
    /// <exception cref="InvalidSettingException">One is not there.</exception>
    public static BoundMaps Bind(
        string dataset,
        ImmutableArray<string> classes,
        IReadOnlyList<IMapFile> files,
        DatasetRequest request
    ) =>
        BoundMaps.Bind(
            files,
            request,
            map =>
                map is PixelMap.Classes { Names: var names }
                && names.FirstOrDefault(name => !classes.Contains(name)) is { } stranger
                    ? $"{dataset} has no class '{stranger}'{NearestName.Hint(stranger, classes)}"
                    : $"{dataset} has no {map.GetType().Name.ToLowerInvariant()} of pixels"
        );
}
