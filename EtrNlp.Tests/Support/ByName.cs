using EtrNlp.Data.Configuration;

namespace EtrNlp.Tests.Support;

/// <summary>Entries of an axis as an experiment file would give them.</summary>
static class ByName
{
    /// <summary>What <c>{kind: name}</c> means, with every key at its default.</summary>
    public static T Default<T>(this Registry<T> axis, string name) where T : notnull
    {
        var reading = new Reading();
        var parsed = Values.OneOf(axis).Read(YamlReader.ReadText($"{{kind: {name}}}", "test"), axis.Name, reading);
        reading.ThrowIfWrong();
        return parsed!.Value;
    }
}
