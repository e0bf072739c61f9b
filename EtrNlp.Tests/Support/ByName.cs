using EtrNlp.Data.Configuration;

namespace EtrNlp.Tests.Support;

/// <summary>Entries of an axis as an experiment file would give them.</summary>
static class ByName
{
    /// <summary>What <c>{kind: name}</c> means, with every key but the given ones at its default.</summary>
    public static T Default<T>(this Registry<T> axis, string name, string? keys = null)
        where T : notnull
    {
        var reading = new Reading();
        var parsed = Values
            .OneOf(axis)
            .Read(
                YamlReader.ReadText(keys is null ? $"{{kind: {name}}}" : $"{{kind: {name}, {keys}}}", "test"),
                axis.Name,
                reading
            );
        reading.ThrowIfWrong();
        return parsed!.Value;
    }
}
